import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { ArrowLeft, EllipsisVertical, PanelRight } from 'lucide-react';
import { useId } from 'react';
import { Link } from 'wouter';
import type { ConversationView } from '@/engine';
import { ConversationAvatar, titleOf, useEngine } from '@/features/session';
import { Around, actionsOnConversation, openActions, useSlots } from '@/features/slots';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { IconButton } from '@/ui';

interface HeaderProps {
  conversation: ConversationView;
  infoOpen: boolean;
  /** Given on a phone, where the list is another screen. */
  onBack?: (() => void) | undefined;
  onCloseInfo: () => void;
}

export function Header({ conversation, infoOpen, onBack, onCloseInfo }: HeaderProps) {
  const { t } = useLingui();
  const { id } = conversation;
  const subtitle = useId();
  const toggle = () => (infoOpen ? onCloseInfo() : navigate(paths.info(id)));
  return (
    <header className="shrink-0 border-b border-line bg-surface pt-[env(safe-area-inset-top)]">
      <div className="flex h-15 items-center gap-2 ps-2 pe-2.5 desk:ps-5">
        {onBack && <IconButton label={t`Back`} icon={<ArrowLeft className="size-5 rtl:-scale-x-100" />} onClick={onBack} />}
        <Link
          href={paths.info(id)}
          state={{ parlor: true }}
          className="me-auto flex min-h-11 min-w-0 items-center gap-3 rounded-md pe-3"
          aria-label={t`About ${titleOf(conversation)}`}
          aria-describedby={subtitle}
        >
          <ConversationAvatar conversation={conversation} />
          <span className="flex min-w-0 flex-col leading-tight">
            <span className="truncate font-semibold">
              <bdi>{titleOf(conversation)}</bdi>
            </span>
            <span id={subtitle} className="truncate text-sm text-soft">
              <Around place="subtitles" conversation={conversation}>
                <Subtitle conversation={conversation} />
              </Around>
            </span>
          </span>
        </Link>
        <ConversationMenu conversation={conversation} />
        <IconButton
          label={t`Details`}
          title={t`Details`}
          pressed={infoOpen}
          icon={<PanelRight className="size-5 rtl:-scale-x-100" />}
          onClick={toggle}
        />
      </div>
    </header>
  );
}

function ConversationMenu({ conversation }: { conversation: ConversationView }) {
  const { t } = useLingui();
  const engine = useEngine();
  const actions = actionsOnConversation(useSlots().conversationActions, { engine, conversation });
  if (actions.length === 0) return null;
  const label = t`Conversation actions`;
  return (
    <IconButton
      label={label}
      title={label}
      aria-haspopup="menu"
      icon={<EllipsisVertical className="size-5" />}
      onClick={(event) => openActions({ label, actions, owner: event.currentTarget })}
    />
  );
}

function Subtitle({ conversation }: { conversation: ConversationView }) {
  if (conversation.kind === 'notes') return <Trans>Only you</Trans>;
  if (conversation.kind === 'direct') return conversation.peer ? <bdi>@{conversation.peer.username}</bdi> : null;
  return <Plural value={conversation.members_count} one="# member" other="# members" />;
}
