import { NotebookPen } from 'lucide-react';
import type { ConversationView } from '@/engine';
import { AvatarMarks } from '@/features/slots';
import { Avatar } from '@/ui';

interface ConversationAvatarProps {
  conversation: ConversationView;
  size?: 'sm' | 'md' | 'lg' | 'xl';
}

export function ConversationAvatar({ conversation, size = 'md' }: ConversationAvatarProps) {
  const { kind, id, peer, display_title } = conversation;
  if (kind === 'notes') return <Avatar id={id} name="" size={size} shape="group" icon={<NotebookPen className="size-1/2" />} />;
  if (kind === 'direct')
    return <Avatar id={peer?.id ?? id} name={display_title} size={size} mark={peer && <AvatarMarks user={peer.id} />} />;
  return <Avatar id={id} name={display_title} size={size} shape="group" />;
}
