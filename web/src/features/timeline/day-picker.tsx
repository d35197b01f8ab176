import { useLingui } from '@lingui/react/macro';
import type { ConversationView, Engine } from '@/engine';
import { tell } from '@/features/session';
import { Calendar } from '@/ui/calendar';
import { Dialog } from '@/ui/dialog';
import { toast } from '@/ui/toast';
import { showMessage } from './jumps';

interface DayPickerProps {
  engine: Engine;
  conversation: ConversationView;
  /** The day to begin at. */
  at: number;
  onClose: () => void;
}

/** Leads to the first thing that was said on a day. */
export default function DayPicker({ engine, conversation, at, onClose }: DayPickerProps) {
  const { t } = useLingui();
  const choose = (day: number) => {
    onClose();
    engine.seq_at(conversation.id, day).then(
      (seq) => showMessage(conversation.id, seq),
      (error: unknown) => toast({ text: tell(error).text, tone: 'danger' }),
    );
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Jump to a day`} closeLabel={t`Close`}>
      <div className="mx-auto w-full max-w-80">
        <Calendar
          day={at}
          min={conversation.created_at}
          max={Math.max(Date.now(), conversation.created_at)}
          previousLabel={t`Month before`}
          nextLabel={t`Month after`}
          onChoose={choose}
        />
      </div>
    </Dialog>
  );
}
