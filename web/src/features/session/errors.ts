import { t } from '@lingui/core/macro';
import { EngineError } from '@/engine';

export interface Told {
  /** The input at fault, when the server names one. */
  field?: string;
  text: string;
}

/** What the caller knows better than this file: the words for a code at this place. */
export type Words = Partial<Record<string, string>>;

/**
 * What to tell a person about a failure, in their language where we know the case. Only a rare refusal of one input is
 * told in the server's own (English) words: they say more than we could.
 */
export function tell(error: unknown, words: Words = {}): Told {
  if (!(error instanceof EngineError)) return { text: t`Something went wrong. Please try again.` };
  const text = words[error.code] ?? ofField(error) ?? ofCode(error);
  return error.field ? { field: error.field, text } : { text };
}

function ofField({ code, field }: EngineError): string | undefined {
  switch (`${code} ${field}`) {
    case 'conflict email':
      return t`There is an account with this e-mail address already.`;
    case 'conflict username':
      return t`This username is taken.`;
    case 'invalid email':
      return t`Please enter an e-mail address.`;
    case 'invalid username':
      return t`Use at least two of the letters a to z, digits, and . _ - and begin with a letter or digit.`;
    case 'invalid time_zone':
      return t`This time zone is not known. Choose one from the list.`;
    case 'invalid password':
    case 'invalid new_password':
      return t`This password is easy to guess. Please choose another.`;
    case 'invalid old_password':
      return t`That is not your current password.`;
    default:
      return undefined;
  }
}

function ofCode(error: EngineError): string {
  switch (error.code) {
    case 'offline':
      return t`The server cannot be reached. Check your connection and try again.`;
    case 'unavailable':
      return t`The server is busy. Please try again in a moment.`;
    case 'limited':
      return limited(error.retry_after_ms);
    case 'forbidden':
      return t`You may not do that here.`;
    case 'not_found':
      return t`That is no longer there.`;
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
