import { t } from '@lingui/core/macro';
import { EngineError } from '@/engine';

export interface Told {
  /** The input at fault, when the server names one. */
  field?: string;
  text: string;
}

/** What to tell a person about a failure: our own words for what we know, the server's for the rest. */
export function tell(error: unknown): Told {
  if (!(error instanceof EngineError)) return { text: t`Something went wrong. Please try again.` };
  const text = wording(error);
  return error.field ? { field: error.field, text } : { text };
}

function wording(error: EngineError): string {
  switch (error.code) {
    case 'offline':
      return t`The server cannot be reached. Check your connection and try again.`;
    case 'unavailable':
      return t`The server is busy. Please try again in a moment.`;
    case 'limited':
      return limited(error.retry_after_ms);
    case 'forbidden':
      return t`You may not do that here.`;
    case 'internal':
      return t`The server had a problem. Please try again.`;
    default:
      return error.message || t`Something went wrong. Please try again.`;
  }
}

function limited(wait_ms: number | undefined): string {
  if (!wait_ms || wait_ms < 1_000) return t`Too many tries. Wait a moment.`;
  const seconds = Math.ceil(wait_ms / 1_000);
  return seconds < 90 ? t`Too many tries. Wait ${seconds} s.` : t`Too many tries. Wait ${Math.ceil(wait_ms / 60_000)} min.`;
}
