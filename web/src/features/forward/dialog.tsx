import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Check, Search } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { ConversationView, Engine, Message } from '@/engine';
import { ConversationAvatar, tell, titleOf } from '@/features/session';
import { usePending } from '@/lib/async';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { rank } from '@/lib/rank';
import { useReadable } from '@/lib/readable';
import { Button, cx, inputClass } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { toast } from '@/ui/toast';
import { forwardAll } from './model';

const SHOWN = 50;

interface ForwardProps {
  engine: Engine;
  messages: readonly Message[];
  onClose: () => void;
}

/** Where to: one conversation or several. */
export default function ForwardDialog({ engine, messages, onClose }: ForwardProps) {
  const { t } = useLingui();
  const search = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const ids = useReadable(engine.conversations);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const found = useMemo(() => {
    const all = ids.map((id) => engine.conversation(id).get()).filter((one): one is ConversationView => one !== undefined);
    return rank(all, query, SHOWN, { names: (one) => [titleOf(one), one.peer?.username ?? ''] });
  }, [engine, ids, query]);
  const toggle = (id: string) => setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const [send, pending] = usePending(async () => {
    try {
      await forwardAll(engine, messages, chosen);
      const [only] = chosen;
      const show = chosen.length === 1 &&
        only !== undefined && { action: { label: t`Show`, run: () => navigate(paths.conversation(only)) } };
      toast({ text: t`Forwarded.`, ...show });
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
    }
    onClose();
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={plural(messages.length, { one: 'Forward a message', other: 'Forward # messages' })}
      closeLabel={t`Close`}
      initialFocus={search}
      footer={
        <Button tone="primary" pending={pending} disabled={chosen.length === 0} onClick={send}>
          <Trans>Forward</Trans>
        </Button>
      }
    >
      <div className="relative shrink-0">
        <Search aria-hidden="true" className="absolute inset-y-0 start-3 my-auto size-4 text-soft" />
        <input
          ref={search}
          type="search"
          dir="auto"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const [first] = found;
            if (event.key === 'Enter' && first && !event.nativeEvent.isComposing) toggle(first.id);
            else walk(event, list.current);
          }}
          aria-label={t`Find a conversation`}
          placeholder={t`Find a conversation`}
          autoComplete="off"
          spellCheck={false}
          className={cx(inputClass, 'ps-9')}
        />
      </div>
      <ul ref={list} aria-label={t`Conversations`} className="-mx-2" onKeyDown={(event) => walk(event, list.current)}>
        {found.map((conversation) => (
          <Target
            key={conversation.id}
            conversation={conversation}
            chosen={chosen.includes(conversation.id)}
            toggle={() => toggle(conversation.id)}
          />
        ))}
      </ul>
      {found.length === 0 && <p role="status" className="text-soft">{t`No conversation of that name.`}</p>}
    </Dialog>
  );
}

function Target({ conversation, chosen, toggle }: { conversation: ConversationView; chosen: boolean; toggle: () => void }) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        onClick={toggle}
        className="flex min-h-12 w-full items-center gap-3 rounded-md px-2 text-start hover:bg-hover aria-pressed:bg-selected"
      >
        <ConversationAvatar conversation={conversation} size="sm" />
        <bdi className="min-w-0 flex-1 truncate font-medium">{titleOf(conversation)}</bdi>
        {chosen && <Check aria-hidden="true" className="size-5 text-accent" />}
      </button>
    </li>
  );
}

/** Arrows go through the conversations, and up from the first back to the search. */
function walk(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const all = [...(list?.querySelectorAll('button') ?? [])];
  const at = all.indexOf(document.activeElement as HTMLButtonElement);
  const next = at + step;
  if (next < 0) list?.parentElement?.querySelector('input')?.focus();
  else all[next]?.focus();
  event.preventDefault();
}
