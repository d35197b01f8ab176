import { Plural, useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import type { Engine, Message } from '@/engine';
import { isAvailable, useSlots } from '@/features/slots';
import { IconButton } from '@/ui';
import { type Selection, selectNothing } from './selection';

/** While messages are selected: how many, and what can be done to all of them. */
export default function SelectionBar({ engine, selected }: { engine: Engine; selected: Selection }) {
  const { t } = useLingui();
  const { messageActions } = useSlots();
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) selectNothing();
    };
    window.addEventListener('keydown', leave);
    return () => window.removeEventListener('keydown', leave);
  }, []);

  const conversation = engine.conversation(selected.conversation).get();
  const messages = [...selected.seqs]
    .sort((a, b) => a - b)
    .map((seq) => engine.message(selected.conversation, seq).get())
    .filter((message): message is Message => message != null);
  if (!conversation) return null;
  const actions = messageActions.filter(
    (action) =>
      action.runMany && messages.every((message) => isAvailable(action, { engine, conversation, message, row: document.body })),
  );
  const [only] = messages;
  return (
    <div
      role="toolbar"
      aria-label={t`Selected messages`}
      className="flex min-h-13 shrink-0 items-center gap-1 border-t border-line bg-raised px-3 desk:px-5"
    >
      <IconButton label={t`Stop selecting`} title={t`Stop selecting`} icon={<X className="size-5" />} onClick={selectNothing} />
      <p role="status" className="flex-1 px-1 font-medium">
        <Plural value={selected.seqs.size} one="# selected" other="# selected" />
      </p>
      {only &&
        actions.map((action) => {
          const label = action.label({ engine, conversation, message: only, row: document.body });
          return (
            <IconButton
              key={action.id}
              label={label}
              title={label}
              icon={<action.icon className="size-5" />}
              onClick={() => {
                selectNothing();
                action.runMany?.({ engine, conversation, messages });
              }}
            />
          );
        })}
    </div>
  );
}
