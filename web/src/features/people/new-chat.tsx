import { Trans, useLingui } from '@lingui/react/macro';
import { ChevronRight, NotebookPen, Users } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { User } from '@/engine';
import { PeoplePicker } from '@/features/people-picker';
import { tell, useEngine, useLimits } from '@/features/session';
import { usePending } from '@/lib/async';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { Button, Spinner, TextField } from '@/ui';
import { toast } from '@/ui/toast';

/** `bar` is the screen's header, given by the shell: it knows what Back means. */
export default function NewChat({ bar }: { bar: (title: string) => ReactNode }) {
  const { t } = useLingui();
  const [group, setGroup] = useState(false);
  return (
    <main className="flex h-full min-h-0 flex-col bg-surface">
      {bar(group ? t`New group` : t`New chat`)}
      <div className="mx-auto flex min-h-0 w-full max-w-xl flex-1 flex-col px-4 pt-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
        {group ? <NewGroup onCancel={() => setGroup(false)} /> : <NewDirect onGroup={() => setGroup(true)} />}
      </div>
    </main>
  );
}

function NewDirect({ onGroup }: { onGroup: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const [start, pending] = usePending(async (make: () => Promise<string>) => {
    try {
      navigate(paths.conversation(await make()), { replace: true });
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
    }
  });
  const top = (
    <ul className="mb-2 border-b border-line pb-2">
      <li>
        <Way icon={<Users className="size-5" />} onClick={onGroup} label={t`New group`} hint={t`Several people, one title`} />
      </li>
      <li>
        <Way
          icon={<NotebookPen className="size-5" />}
          onClick={() => start(() => engine.start_notes())}
          label={t`Notes to self`}
          hint={t`Only you can see them, on all your devices`}
        />
      </li>
    </ul>
  );
  return (
    <>
      <PeoplePicker single chosen={[]} onToggle={(user) => start(() => engine.start_direct(user.id))} top={top} />
      {pending && (
        <p role="status" className="flex items-center gap-2 py-2 text-soft">
          <Spinner /> <Trans>Opening…</Trans>
        </p>
      )}
    </>
  );
}

function Way({ icon, label, hint, onClick }: { icon: ReactNode; label: string; hint: string; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex min-h-14 w-full items-center gap-3 rounded-md px-2 text-start -outline-offset-2 hover:bg-hover"
    >
      <span aria-hidden="true" className="inline-flex size-10 items-center justify-center rounded-full bg-selected text-accent">
        {icon}
      </span>
      <span className="flex flex-1 flex-col leading-tight">
        <span className="font-medium">{label}</span>
        <span className="text-sm text-soft">{hint}</span>
      </span>
      <ChevronRight aria-hidden="true" className="size-4 text-faint rtl:-scale-x-100" />
    </button>
  );
}

function NewGroup({ onCancel }: { onCancel: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const limits = useLimits();
  const [title, setTitle] = useState('');
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [wrong, setWrong] = useState<string>();
  const [create, pending] = usePending(async () => {
    if (!title.trim()) return setWrong(t`Please give the group a title.`);
    try {
      const id = await engine.create_group(
        title.trim(),
        chosen.map((user) => user.id),
      );
      navigate(paths.conversation(id), { replace: true });
    } catch (error) {
      const told = tell(error);
      if (told.field === 'title') setWrong(told.text);
      else toast({ text: told.text, tone: 'danger' });
    }
  });
  const toggle = (user: User) =>
    setChosen((before) =>
      before.some(({ id }) => id === user.id) ? before.filter(({ id }) => id !== user.id) : [...before, user],
    );
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <TextField
        label={t`Title`}
        dir="auto"
        autoFocus
        value={title}
        maxLength={limits.title_chars}
        error={wrong}
        onChange={(event) => {
          setTitle(event.target.value);
          setWrong(undefined);
        }}
      />
      <PeoplePicker chosen={chosen} onToggle={toggle} />
      <div className="flex shrink-0 justify-end gap-2 border-t border-line pt-3">
        <Button onClick={onCancel}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" tone="primary" pending={pending}>
          <Trans>Create group</Trans>
        </Button>
      </div>
    </form>
  );
}
