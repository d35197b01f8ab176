import { useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import type { Conversation, Engine } from '@/engine';
import { clock } from '@/lib/time';
import type { SystemEntry } from './model';
import { isolated, useNames } from './names';
import { sentenceOf } from './sentences';

interface SystemLineProps {
  engine: Engine;
  entry: SystemEntry;
  kind: Conversation['kind'];
  rowKey: string;
  focusable: boolean;
}

/** A change of the conversation itself, as a sentence between the messages. */
export const SystemLine = memo(function SystemLine({ engine, entry, kind, rowKey, focusable }: SystemLineProps) {
  const { t, i18n } = useLingui();
  const me = engine.me.get().id;
  const users = 'users' in entry ? entry.users : [];
  const [actor = '', ...names] = useNames(engine, [entry.actor, ...users]);
  const shown = names.map((name, i) => (users[i] === me ? t`you` : isolated(name || t`someone`)));
  const locale = i18n.locale === 'pseudo' ? 'en' : i18n.locale;
  const sentence = sentenceOf(entry, {
    kind,
    own: entry.actor === me,
    to_me: users.length === 1 && users[0] === me,
    actor: isolated(actor || t`Someone`),
    people: new Intl.ListFormat(locale, { type: 'conjunction' }).format(shown),
  });
  return (
    <article
      data-key={rowKey}
      data-seq={entry.seq}
      tabIndex={focusable ? 0 : -1}
      aria-label={`${sentence} ${clock(entry.at)}`}
      className="mx-auto my-2 max-w-md rounded-md px-3 text-center text-sm text-pretty text-soft"
    >
      {sentence}
    </article>
  );
});
