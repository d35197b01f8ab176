import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';
import type { Server } from './server.ts';
import type { Trouble } from './trouble.ts';

const PASSWORD = 'plum harbour lantern 47';

/** Somebody with a browser: all they do goes through what is on the screen, found by role and name. */
export class Person {
  readonly username: string;
  readonly password = PASSWORD;
  /** Their tab; a second one is another `Screen`. */
  screen: Screen;

  constructor(
    readonly name: string,
    readonly context: BrowserContext,
    private readonly server: Server,
    private readonly trouble: Trouble,
    page: Page,
  ) {
    // Long names have short usernames: those have a limit of their own.
    this.username = name.toLowerCase().split(' ').slice(0, 2).join('_');
    this.screen = new Screen(page, server.url);
  }

  get page(): Page {
    return this.screen.page;
  }

  async signUp(): Promise<void> {
    await this.page.goto(`${this.server.url}/signup`);
    await this.page.getByLabel('Your name').fill(this.name);
    await this.page.getByLabel('Username').fill(this.username);
    await this.page.getByLabel('E-mail').fill(`${this.username}@example.org`);
    await this.page.getByLabel('Password', { exact: true }).fill(this.password);
    await this.page.getByRole('button', { name: 'Create account' }).click();
    await expect(this.screen.list).toBeVisible();
  }

  async signIn(): Promise<void> {
    await this.page.goto(`${this.server.url}/login`);
    await this.page.getByLabel('E-mail or username').fill(this.username);
    await this.page.getByLabel('Password', { exact: true }).fill(this.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(this.screen.list).toBeVisible();
  }

  /** Another tab of the same browser. */
  async anotherTab(path = '/'): Promise<Screen> {
    const page = await this.context.newPage();
    await page.goto(`${this.server.url}${path}`);
    return new Screen(page, this.server.url);
  }

  /** Takes the network away from this browser, open sockets included. */
  async loseNetwork(): Promise<void> {
    this.trouble.expectNetworkFailures();
    await this.context.setOffline(true);
  }

  async findNetwork(): Promise<void> {
    await this.context.setOffline(false);
  }

  /** The server will go away in this story. */
  expectNetworkFailures(): void {
    this.trouble.expectNetworkFailures();
  }
}

/** One tab, and what can be seen and done in it. */
export class Screen {
  readonly list: Locator;
  readonly rows: Locator;
  readonly log: Locator;
  readonly composer: Locator;
  readonly details: Locator;

  constructor(
    readonly page: Page,
    private readonly base: string,
  ) {
    this.list = page.getByRole('navigation', { name: 'Conversations' });
    this.rows = this.list
      .getByRole('list', { name: /^(Conversations|Favourites)$/ })
      .getByRole('listitem')
      .getByRole('link');
    this.log = page.getByRole('log');
    this.composer = page.getByRole('textbox', { name: /^Write (to|a note)/ });
    // Beside the conversation where there is room, in its place where there is not.
    this.details = page.getByRole('complementary', { name: 'Details' }).or(page.getByRole('main', { name: 'Details' }));
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.base}${path}`);
  }

  /** A line of the list; its name begins with the conversation's title. */
  row(title: string): Locator {
    return this.rows.filter({ hasText: title });
  }

  async openChat(title: string): Promise<void> {
    await this.row(title).click();
    await expect(this.page.getByRole('main', { name: title })).toBeVisible();
  }

  /** The id of the conversation on screen. */
  conversation(): string {
    const id = /\/c\/(\d+)/.exec(this.page.url())?.[1];
    if (!id) throw new Error(`no conversation at ${this.page.url()}`);
    return id;
  }

  async startDirect(name: string): Promise<void> {
    await this.list.getByRole('link', { name: 'New chat' }).click();
    await this.page.getByRole('searchbox', { name: 'Search people by name or username' }).fill(name);
    await this.page.getByRole('list', { name: 'People', exact: true }).getByRole('button', { name }).click();
    await expect(this.page.getByRole('main', { name })).toBeVisible();
  }

  async startNotes(): Promise<void> {
    await this.list.getByRole('link', { name: 'New chat' }).click();
    await this.page.getByRole('button', { name: 'Notes to self' }).click();
    await expect(this.composer).toBeVisible();
  }

  async startGroup(title: string, names: readonly string[]): Promise<void> {
    await this.list.getByRole('link', { name: 'New chat' }).click();
    await this.page.getByRole('button', { name: 'New group' }).click();
    await this.page.getByLabel('Title').fill(title);
    await this.choose(this.page, names);
    await this.page.getByRole('button', { name: 'Create group' }).click();
    await expect(this.page.getByRole('main', { name: title })).toBeVisible();
  }

  /** Marks people in a picker. */
  async choose(within: Page | Locator, names: readonly string[]): Promise<void> {
    for (const name of names) {
      await within.getByRole('searchbox', { name: 'Search people by name or username' }).fill(name);
      const person = within.getByRole('list', { name: 'People', exact: true }).getByRole('button', { name });
      await person.click();
      await expect(person).toHaveAttribute('aria-pressed', 'true');
    }
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    // Under a finger the key begins a new line.
    const byKey = (await this.composer.getAttribute('enterkeyhint')) === 'send';
    if (byKey) await this.composer.press('Enter');
    else await this.page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(this.composer).toHaveValue('');
  }

  /** What stands behind the plus beside the input. */
  async add(what: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Add something' }).click();
    await this.page
      .getByRole('menuitem', { name: what })
      .or(this.page.getByRole('dialog', { name: 'Add something' }).getByRole('button', { name: what }))
      .click();
  }

  /** From the input to a message, by keys alone. */
  async walkTo(text: string): Promise<void> {
    await this.composer.focus();
    const inRow = () => this.page.evaluate(() => document.activeElement?.matches('article') ?? false);
    // What stands at the message comes on the way.
    for (let steps = 0; steps < 12 && !(await inRow()); steps++) await this.page.keyboard.press('Shift+Tab');
    const rows = this.log.getByRole('article');
    await this.page.keyboard.press('End');
    await expect(rows.last()).toBeFocused();
    const texts = await rows.allTextContents();
    for (let at = texts.length - 1; at > 0 && !texts[at]?.includes(text); at--) {
      await this.page.keyboard.press('ArrowUp');
      await expect(rows.nth(at - 1)).toBeFocused();
    }
    await expect(this.message(text)).toBeFocused();
  }

  message(text: string): Locator {
    return this.log.getByRole('article').filter({ hasText: text });
  }

  /** A line that tells of a change, e.g. `told('Alice', 'added', 'Carol')`. Names are isolated by invisible marks. */
  told(...words: readonly string[]): Locator {
    return this.log.getByRole('article').getByText(new RegExp(words.join('[\\s\u2066-\u2069“”]+')));
  }

  /** The numbered messages of the log (`#7` and the like) as they stand on the screen. */
  async numbers(): Promise<number[]> {
    const texts = await this.log.getByRole('article').allTextContents();
    return texts
      .map((text) => /#(\d+)\b/.exec(text)?.[1])
      .filter((found) => found !== undefined)
      .map(Number);
  }

  /** The numbered messages (`#7 of`) that can be seen right now. */
  inView(): Promise<string[]> {
    return this.log.evaluate((log) => {
      const { top, bottom } = log.getBoundingClientRect();
      return [...log.querySelectorAll('article')].flatMap((row) => {
        const box = row.getBoundingClientRect();
        const words = /#\d+ \w+/.exec(row.textContent ?? '');
        return words !== null && box.top >= top && box.bottom <= bottom ? [words[0]] : [];
      });
    });
  }

  /** Waits until `#1` … `#count` stand in the log: each once, in order, nothing missing. */
  async expectNumbers(count: number, timeout = 30_000): Promise<void> {
    const all = Array.from({ length: count }, (_, at) => at + 1);
    await expect.poll(() => this.numbers(), { timeout }).toEqual(all);
  }

  /** Everything this device keeps: its databases and its local storage, as text. */
  kept(): Promise<string> {
    return this.page.evaluate(async () => {
      const settled = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const found: unknown[] = [{ ...localStorage }];
      for (const { name } of await indexedDB.databases()) {
        const opening = indexedDB.open(name ?? '');
        // It was deleted meanwhile: to open it would make an empty one, in which the client then finds nothing it knows.
        opening.onupgradeneeded = () => opening.transaction?.abort();
        const db = await settled(opening).catch(() => undefined);
        if (db === undefined) continue;
        const stores = [...db.objectStoreNames];
        if (stores.length > 0) {
          const transaction = db.transaction(stores);
          found.push(...(await Promise.all(stores.map((store) => settled(transaction.objectStore(store).getAll())))));
        }
        db.close();
      }
      return JSON.stringify(found);
    });
  }

  async openDetails(): Promise<void> {
    await this.page.getByRole('button', { name: 'Details' }).click();
    await expect(this.details).toBeVisible();
  }

  async back(): Promise<void> {
    await this.page
      .getByRole('button', { name: 'Back', exact: true })
      .or(this.page.getByRole('link', { name: 'Back', exact: true }))
      .click();
  }

  async settings(section: string): Promise<void> {
    await this.list.getByRole('link', { name: 'Settings' }).click();
    await this.page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section }).click();
  }
}
