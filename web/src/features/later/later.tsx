import { Trans, useLingui } from '@lingui/react/macro';
import { AlarmClock, Bookmark, CalendarClock } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { tell, titleOf, useConversation, useEngine } from '@/features/session';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { Banner, Button, cx, EmptyState, SkeletonRows, TextArea } from '@/ui';
import { Dialog } from '@/ui/dialog';
import { toast } from '@/ui/toast';
import type { Reminder, Saved, Scheduled } from './types';
import { useDocument } from './use-document';
import { timeOf, WhenDialog } from './when-dialog';

const TABS = ['reminders', 'scheduled', 'saved'] as const;
type Tab = (typeof TABS)[number];

/** What is for later: reminders, messages that wait for their time, messages one has saved. */
export default function Later({ arg, bar }: { arg: string | undefined; bar: (title: string) => ReactNode }) {
  const { t } = useLingui();
  const tab: Tab = TABS.find((one) => one === arg) ?? 'reminders';
  const names: Record<Tab, string> = { reminders: t`Reminders`, scheduled: t`Scheduled`, saved: t`Saved` };
  return (
    <main aria-label={t`Later`} className="flex h-full min-h-0 flex-col bg-surface">
      {bar(t`Later`)}
      <nav aria-label={t`Later`} className="flex shrink-0 gap-1 border-b border-line px-3">
        {TABS.map((one) => (
          <Link
            key={one}
            href={paths.screen('later', one)}
            replace
            aria-current={one === tab ? 'page' : undefined}
            className={cx(
              'flex min-h-10 items-center border-b-2 px-3 -outline-offset-2 touch:min-h-11',
              one === tab ? 'border-accent font-medium' : 'border-transparent text-soft hover:text-ink',
            )}
          >
            {names[one]}
          </Link>
        ))}
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls must be reachable by keyboard */}
      <div tabIndex={0} className="scroll-pane min-h-0 flex-1 px-3 py-3 -outline-offset-2">
        <div className="mx-auto flex max-w-xl flex-col gap-2.5 pb-[env(safe-area-inset-bottom)]">
          {tab === 'reminders' && <Reminders />}
          {tab === 'scheduled' && <ScheduledList />}
          {tab === 'saved' && <SavedList />}
        </div>
      </div>
    </main>
  );
}

/** Does something at the server; the document comes anew by itself. */
function useAct(): (method: string, path: string, body?: unknown) => void {
  const engine = useEngine();
  return (method, path, body) => {
    engine.call(method, path, body).catch((error: unknown) => toast({ text: tell(error).text, tone: 'danger' }));
  };
}

interface CardProps {
  conversation: string;
  at: string;
  /** What was, or will be, said; none when it is gone. */
  text: string | undefined;
  note?: string | null | undefined;
  emphasis?: boolean;
  alert?: string | undefined;
  children: ReactNode;
}

function Card({ conversation, at, text, note, emphasis = false, alert, children }: CardProps) {
  const view = useConversation(conversation);
  return (
    <li className={cx('flex flex-col gap-1.5 rounded-md border px-3.5 py-3', emphasis ? 'border-accent' : 'border-line')}>
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <bdi className="font-medium">{view ? titleOf(view) : <Trans>A conversation you are not in</Trans>}</bdi>
        <span className={cx('text-sm', emphasis ? 'font-medium text-accent' : 'text-soft')}>{at}</span>
      </p>
      {note && <p dir="auto">{note}</p>}
      {text === undefined ? (
        <p className="text-faint italic">
          <Trans>This message is gone.</Trans>
        </p>
      ) : (
        <p dir="auto" className="line-clamp-4 break-words whitespace-pre-line text-soft">
          {text}
        </p>
      )}
      {alert && <Banner tone="danger">{alert}</Banner>}
      <div className="flex flex-wrap gap-2 pt-1">{children}</div>
    </li>
  );
}

const textOf = ({ message }: Pick<Saved, 'message'>) => (message == null || message.deleted ? undefined : message.text);

function Reminders() {
  const { t } = useLingui();
  const act = useAct();
  const reminders = useDocument('reminders')?.reminders;
  const [moved, setMoved] = useState<Reminder>();
  const engine = useEngine();
  if (reminders === undefined) return <SkeletonRows count={3} label={t`Loading`} />;
  if (reminders.length === 0) {
    return (
      <EmptyState icon={<AlarmClock className="size-6" />} title={t`No reminders`}>
        <Trans>Choose “Remind me” in the menu of a message.</Trans>
      </EmptyState>
    );
  }
  return (
    <>
      <ul aria-label={t`Reminders`} className="flex flex-col gap-2.5">
        {reminders.map((one) => (
          <Card
            key={one.id}
            conversation={one.conversation}
            at={one.due ? t`Due` : timeOf(one.at)}
            emphasis={one.due}
            text={textOf(one)}
            note={one.note}
          >
            {textOf(one) !== undefined && <Open conversation={one.conversation} seq={one.seq} />}
            <Button onClick={() => setMoved(one)}>{one.due ? t`Later` : t`Change time`}</Button>
            <Button onClick={() => act('DELETE', `/me/reminders/${one.id}`)}>{t`Done`}</Button>
          </Card>
        ))}
      </ul>
      {moved && (
        <WhenDialog
          title={t`Remind me`}
          confirm={t`Remind me`}
          at={moved.at}
          choose={(at) => engine.call('PATCH', `/me/reminders/${moved.id}`, { at })}
          onClose={() => setMoved(undefined)}
        />
      )}
    </>
  );
}

function ScheduledList() {
  const { t } = useLingui();
  const act = useAct();
  const engine = useEngine();
  const scheduled = useDocument('scheduled')?.scheduled;
  const [open, setOpen] = useState<{ dialog: 'text' | 'time'; one: Scheduled }>();
  if (scheduled === undefined) return <SkeletonRows count={3} label={t`Loading`} />;
  if (scheduled.length === 0) {
    return (
      <EmptyState icon={<CalendarClock className="size-6" />} title={t`Nothing is scheduled`}>
        <Trans>Write a message and choose “Send later” beside it.</Trans>
      </EmptyState>
    );
  }
  const close = () => setOpen(undefined);
  return (
    <>
      <ul aria-label={t`Scheduled`} className="flex flex-col gap-2.5">
        {scheduled.map((one) => (
          <Card
            key={one.id}
            conversation={one.conversation}
            at={timeOf(one.at)}
            text={one.text}
            alert={one.failed == null ? undefined : `${t`Not sent.`} ${one.failed}`}
          >
            <Button onClick={() => setOpen({ dialog: 'text', one })}>{t`Edit`}</Button>
            <Button onClick={() => setOpen({ dialog: 'time', one })}>{t`Change time`}</Button>
            <Button onClick={() => act('POST', `/me/scheduled/${one.id}/send-now`)}>{t`Send now`}</Button>
            <Button tone="danger_plain" onClick={() => act('DELETE', `/me/scheduled/${one.id}`)}>{t`Delete`}</Button>
          </Card>
        ))}
      </ul>
      {open?.dialog === 'time' && (
        <WhenDialog
          title={t`Send later`}
          confirm={t`Schedule`}
          at={open.one.at}
          choose={(at) => engine.call('PATCH', `/me/scheduled/${open.one.id}`, { at })}
          onClose={close}
        />
      )}
      {open?.dialog === 'text' && <EditDialog scheduled={open.one} onClose={close} />}
    </>
  );
}

function EditDialog({ scheduled, onClose }: { scheduled: Scheduled; onClose: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const [text, setText] = useState(scheduled.text);
  const [wrong, setWrong] = useState<string>();
  const save = async () => {
    if (text.trim() === '') return setWrong(t`Please write something.`);
    try {
      await engine.call('PATCH', `/me/scheduled/${scheduled.id}`, { text: text.trim() });
      onClose();
    } catch (error) {
      setWrong(tell(error).text);
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Edit`} closeLabel={t`Close`}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextArea
          label={t`Message`}
          rows={5}
          value={text}
          error={wrong}
          onChange={(event) => {
            setText(event.target.value);
            setWrong(undefined);
          }}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary">{t`Save`}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function SavedList() {
  const { t } = useLingui();
  const act = useAct();
  const engine = useEngine();
  const first = useDocument('saved');
  const [more, setMore] = useState<readonly Saved[]>([]);
  const [cursor, setCursor] = useState<string | null>();
  if (first === undefined) return <SkeletonRows count={3} label={t`Loading`} />;
  const saved = [...first.saved, ...more];
  const next = cursor === undefined ? first.cursor : cursor;
  if (saved.length === 0) {
    return (
      <EmptyState icon={<Bookmark className="size-6" />} title={t`Nothing is saved`}>
        <Trans>Choose “Save” in the menu of a message to find it here again.</Trans>
      </EmptyState>
    );
  }
  const fetchMore = async () => {
    try {
      const page = await engine.call<{ saved: Saved[]; cursor?: string | null }>('GET', `/me/saved?cursor=${next}`);
      setMore([...more, ...page.saved]);
      setCursor(page.cursor ?? null);
    } catch (error) {
      toast({ text: tell(error).text, tone: 'danger' });
    }
  };
  const remove = (one: Saved) => {
    setMore(more.filter((other) => other !== one));
    act('DELETE', `/me/saved/${one.conversation}/${one.seq}`);
  };
  return (
    <>
      <ul aria-label={t`Saved`} className="flex flex-col gap-2.5">
        {saved.map((one) => (
          <Card
            key={`${one.conversation} ${one.seq}`}
            conversation={one.conversation}
            at={one.message ? timeOf(one.message.at) : ''}
            text={textOf(one)}
            note={one.note}
          >
            {textOf(one) !== undefined && <Open conversation={one.conversation} seq={one.seq} />}
            <Button onClick={() => remove(one)}>{t`Remove`}</Button>
          </Card>
        ))}
      </ul>
      {next && <Button onClick={() => void fetchMore()}>{t`Show more`}</Button>}
    </>
  );
}

function Open({ conversation, seq }: { conversation: string; seq: number }) {
  const { t } = useLingui();
  return <Button onClick={() => navigate(paths.conversation(conversation, seq))}>{t`Open`}</Button>;
}
