import type { BrowserContext, ConsoleMessage, Page } from '@playwright/test';

/** What the browser says by itself when the network is away: only stories that take it away may see it. */
const NETWORK = /net::ERR_|WebSocket connection to|WebSocket is closed|Failed to load resource|Failed to fetch|NetworkError/;

/**
 * Listens to everything a page can complain about: violations of the content security policy, errors in the console,
 * exceptions nobody caught. A story with any of them has failed, whatever it showed.
 */
export class Trouble {
  private readonly found: string[] = [];
  private networkMayFail = false;

  async watch(context: BrowserContext): Promise<void> {
    await context.exposeBinding('tellOfViolation', (_, what: string) => {
      this.found.push(`content security policy: ${what}`);
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const tell = (window as unknown as { tellOfViolation: (what: string) => void }).tellOfViolation;
        tell(
          `${event.effectiveDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
        );
      });
    });
    context.on('page', (page) => this.watchPage(page));
  }

  /** From here on failed requests are part of the story. */
  expectNetworkFailures(): void {
    this.networkMayFail = true;
  }

  /** Everything found that is not part of the story. */
  all(): string[] {
    return this.found.filter((text) => !(this.networkMayFail && NETWORK.test(text)));
  }

  private watchPage(page: Page): void {
    page.on('pageerror', (error) => this.found.push(`not caught: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message)) {
        this.found.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
  }
}

/** Whoever gives a wrong password gets an honest 401, and the browser notes it. */
function isExpected(message: ConsoleMessage): boolean {
  return message.text().includes('status of 401') && message.location().url.endsWith('/api/v1/auth/login');
}
