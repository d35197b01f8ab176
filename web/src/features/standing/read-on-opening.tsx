import { useEffect } from 'react';
import { useEngine } from '@/features/session';
import { usePlace } from '@/lib/navigation';
import { put } from './model';

/** Opening a conversation reads it, also one that is unread by hand only. Marking the open one leaves it marked. */
export default function ReadOnOpening() {
  const engine = useEngine();
  const place = usePlace();
  const open = 'id' in place ? place.id : undefined;
  useEffect(() => {
    const conversation = open === undefined ? undefined : engine.conversation(open).get();
    if (conversation?.marked_unread) void put({ engine, conversation }, { marked_unread: false });
  }, [engine, open]);
  return null;
}
