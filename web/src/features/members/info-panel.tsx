import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { LogOut, Pencil, UserPlus } from 'lucide-react';
import { type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import type { ConversationView, Member } from '@/engine';
import { ConversationAvatar, tell, titleOf, useConversation, useEngine, useUser } from '@/features/session';
import { type PanelProps, useSlots } from '@/features/slots';
import { usePending } from '@/lib/async';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { shortDate } from '@/lib/time';
import { Banner, cx, SkeletonRows } from '@/ui';
import { Confirm } from '@/ui/dialog';
import { toast, undoable } from '@/ui/toast';
import { AddDialog, RenameDialog } from './group-dialogs';
import { MemberList } from './member-list';
import { mayAdminister, type Role } from './roles';
import { useMembers } from './use-members';

export default function InfoPanel({ conversation: id, alone, bar }: PanelProps) {
  const { t } = useLingui();
  const conversation = useConversation(id);
  const sections = useSlots().infoSections;
  const Landmark = alone ? 'main' : 'aside';
  return (
    <Landmark aria-label={t`Details`} className="flex h-full min-h-0 flex-col bg-surface">
      {bar(t`Details`)}
      {conversation && (
        <div className="scroll-pane flex min-h-0 flex-1 flex-col gap-5 pt-7 pb-[max(1.5rem,env(safe-area-inset-bottom))]">
          <Portrait conversation={conversation} />
          {sections.map(
            ({ id, when, Component }) =>
              (when?.(conversation) ?? true) && (
                <Suspense key={id}>
                  <Component conversation={conversation} />
                </Suspense>
              ),
          )}
          {conversation.kind === 'group' && <GroupPart conversation={conversation} />}
        </div>
      )}
    </Landmark>
  );
}

function Portrait({ conversation }: { conversation: ConversationView }) {
  const peer = useUser(conversation.peer?.id) ?? conversation.peer;
  const since = shortDate(conversation.created_at);
  return (
    <div className="flex flex-col items-center gap-2 px-6 text-center">
      <ConversationAvatar conversation={conversation} size="xl" />
      <p className="mt-2 max-w-full text-xl font-semibold break-words">
        <bdi>{titleOf(conversation)}</bdi>
      </p>
      {conversation.kind === 'direct' && peer && (
        <>
          <p className="text-soft">
            <bdi>@{peer.username}</bdi>
          </p>
          {peer.bio && (
            <p dir="auto" className="max-w-full break-words whitespace-pre-line">
              {peer.bio}
            </p>
          )}
        </>
      )}
      {conversation.kind === 'notes' && (
        <p className="text-soft">
          <Trans>A place for your own notes. Nobody else can read them.</Trans>
        </p>
      )}
      <p className="text-sm text-faint">
        <Trans>Since {since}</Trans>
      </p>
    </div>
  );
}

type Open = { dialog: 'rename' | 'add' | 'leave' };

function GroupPart({ conversation }: { conversation: ConversationView }) {
  const { t } = useLingui();
  const engine = useEngine();
  const { members, failure, reload } = useMembers(conversation);
  const [open, setOpen] = useState<Open>();
  const present = useMemo(() => new Set(members?.map(({ user }) => user.id)), [members]);
  const close = () => setOpen(undefined);
  const attempt = (work: Promise<unknown>) =>
    work.then(reload, (error: unknown) =>
      toast({ text: tell(error, { conflict: t`A group needs an owner. Make somebody else owner first.` }).text, tone: 'danger' }),
    );
  const { id, my } = conversation;
  const { shown, remove } = useRemoval(id, members, reload);

  return (
    <>
      <div className="mx-auto grid auto-cols-[minmax(5.5rem,1fr)] grid-flow-col gap-2 px-4">
        {mayAdminister(my.role) && (
          <>
            <Tile icon={<UserPlus />} label={t`Add people`} onClick={() => setOpen({ dialog: 'add' })} />
            <Tile icon={<Pencil />} label={t`Rename`} onClick={() => setOpen({ dialog: 'rename' })} />
          </>
        )}
        <Tile
          icon={<LogOut className="rtl:-scale-x-100" />}
          label={t`Leave`}
          danger
          onClick={() => setOpen({ dialog: 'leave' })}
        />
      </div>
      <section className="flex flex-col gap-1 border-t border-line pt-4">
        <h2 className="px-4 text-sm font-semibold text-soft">
          <Plural value={conversation.members_count} one="# member" other="# members" />
        </h2>
        {failure && (
          <Banner tone="danger" role="alert">
            {failure}
          </Banner>
        )}
        {shown ? (
          <MemberList
            members={shown}
            myRole={my.role}
            write={({ user }) =>
              void attempt(engine.start_direct(user.id).then((direct) => navigate(paths.conversation(direct))))
            }
            setRole={({ user }, role: Role) => void attempt(engine.set_role(id, user.id, role))}
            remove={remove}
          />
        ) : (
          !failure && <SkeletonRows count={4} label={t`Loading members`} />
        )}
      </section>
      {open?.dialog === 'rename' && <RenameDialog conversation={conversation} onClose={close} />}
      {open?.dialog === 'add' && <AddDialog conversation={conversation} present={present} onAdded={reload} onClose={close} />}
      {open?.dialog === 'leave' && <LeaveConfirm conversation={conversation} onClose={close} />}
    </>
  );
}

/** Who is removed is gone from the list at once, and from the group when nobody took it back. */
function useRemoval(conversation: string, members: readonly Member[] | undefined, reload: () => void) {
  const { t } = useLingui();
  const engine = useEngine();
  const [leaving, setLeaving] = useState<readonly string[]>([]);
  const stays = (user: string) => setLeaving((now) => now.filter((id) => id !== user));
  useEffect(() => {
    setLeaving((now) => now.filter((id) => members?.some(({ user }) => user.id === id)));
  }, [members]);
  const remove = ({ user }: Member) => {
    setLeaving((now) => [...now, user.id]);
    undoable({
      text: t`${user.name} was removed.`,
      undoLabel: t`Undo`,
      undo: () => stays(user.id),
      commit: () =>
        void engine.remove_member(conversation, user.id).then(reload, (error: unknown) => {
          stays(user.id);
          toast({ text: tell(error).text, tone: 'danger' });
        }),
    });
  };
  return { shown: members?.filter(({ user }) => !leaving.includes(user.id)), remove };
}

function Tile({
  icon,
  label,
  danger = false,
  onClick,
}: {
  icon: ReactNode;
  label: string;
  danger?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      onClick={onClick}
      className={cx(
        'flex min-h-16 flex-col items-center justify-center gap-1.5 rounded-md border border-line bg-raised px-1 text-sm',
        danger ? 'text-danger hover:bg-danger-soft' : 'hover:bg-hover',
      )}
    >
      <span aria-hidden="true" className={cx('[&>svg]:size-5', !danger && 'text-accent')}>
        {icon}
      </span>
      {label}
    </button>
  );
}

function LeaveConfirm({ conversation, onClose }: { conversation: ConversationView; onClose: () => void }) {
  const { t } = useLingui();
  const engine = useEngine();
  const [leave, pending] = usePending(async () => {
    try {
      await engine.leave(conversation.id);
      navigate(paths.home(), { replace: true });
    } catch (error) {
      toast({ text: tell(error, { conflict: t`A group needs an owner. Make somebody else owner first.` }).text, tone: 'danger' });
    }
    onClose();
  });
  return (
    <Confirm
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Leave “${titleOf(conversation)}”?`}
      confirm={t`Leave`}
      cancel={t`Cancel`}
      pending={pending}
      onConfirm={leave}
    >
      <Trans>You will get no more messages from it. Only an admin can add you again.</Trans>
    </Confirm>
  );
}
