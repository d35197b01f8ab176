import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Engine, Message } from '@/engine';
import { TextField } from '@/ui';
import { toast } from '@/ui/toast';
import { timeOf, WhenDialog } from './when-dialog';

interface RemindDialogProps {
  engine: Engine;
  message: Message;
  onClose: () => void;
}

export default function RemindDialog({ engine, message, onClose }: RemindDialogProps) {
  const { t } = useLingui();
  const [note, setNote] = useState('');
  const { conversation, seq, text } = message;
  const choose = async (at: number) => {
    await engine.call('POST', '/me/reminders', { conversation, seq, at, note: note.trim() || null });
    const time = timeOf(at);
    toast({ text: t`You will be reminded: ${time}` });
  };
  return (
    <WhenDialog title={t`Remind me`} confirm={t`Remind me`} choose={choose} onClose={onClose}>
      <p dir="auto" className="line-clamp-2 shrink-0 border-s-2 border-line ps-3 text-soft">
        {text}
      </p>
      <TextField
        label={t`Note`}
        aside={t`optional`}
        dir="auto"
        maxLength={300}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
    </WhenDialog>
  );
}
