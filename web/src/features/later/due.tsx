import { t } from '@lingui/core/macro';
import { useEffect, useRef } from 'react';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { toast } from '@/ui/toast';
import type { Reminder } from './types';
import { useDocument } from './use-document';

/** Tells of each reminder once when its time has come, wherever one is. */
export default function Due() {
  const reminders = useDocument('reminders')?.reminders;
  const told = useRef(new Set<string>());
  useEffect(() => {
    for (const reminder of reminders ?? []) {
      const name = `${reminder.id} ${reminder.at}`;
      if (!reminder.due || told.current.has(name)) continue;
      told.current.add(name);
      tellOf(reminder);
    }
  }, [reminders]);
  return null;
}

function tellOf({ conversation, seq, note, message }: Reminder): void {
  const what = note || message?.text.slice(0, 80) || t`a message that is gone`;
  toast({
    text: t`Reminder: ${what}`,
    timeout_ms: 0,
    action: { label: t`Open`, run: () => navigate(paths.conversation(conversation, seq)) },
  });
}
