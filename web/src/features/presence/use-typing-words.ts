import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { useEngine } from '@/features/session';
import { isolated, useNames } from '@/features/timeline';
import { useReadable } from '@/lib/readable';

/** Names that fit on a line. */
const NAMES = 3;

/** Who writes in a conversation, in words; '' while nobody does. */
export function useTypingWords(conversation: string): string {
  const { t } = useLingui();
  const engine = useEngine();
  const typing = useReadable(useMemo(() => engine.typing(conversation), [engine, conversation]));
  const names = useNames(engine, typing.slice(0, NAMES)).map((name) => isolated(name || t`Someone`));
  const [one = '', two = '', three = ''] = names;
  switch (typing.length) {
    case 0:
      return '';
    case 1:
      return t`${one} is typing…`;
    case 2:
      return t`${one} and ${two} are typing…`;
    case 3:
      return t`${one}, ${two} and ${three} are typing…`;
    default:
      return t`Several people are typing…`;
  }
}
