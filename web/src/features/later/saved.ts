import { t } from '@lingui/core/macro';
import type { Engine, Message } from '@/engine';
import { tell } from '@/features/session';
import { toast } from '@/ui/toast';
import type { Documents } from './types';

/** As far as this device knows: of the hundred saved last. */
export function isSaved({ engine, message }: { engine: Engine; message: Message }): boolean {
  const saved = engine.document<Documents['saved']>('saved').get()?.saved ?? [];
  return saved.some(({ conversation, seq }) => conversation === message.conversation && seq === message.seq);
}

export function save(engine: Engine, { conversation, seq }: Pick<Message, 'conversation' | 'seq'>, on: boolean): void {
  engine.call(on ? 'PUT' : 'DELETE', `/me/saved/${conversation}/${seq}`).then(
    () => toast({ text: on ? t`Saved. You find it under Later.` : t`Removed from saved.` }),
    (error: unknown) => toast({ text: tell(error).text, tone: 'danger' }),
  );
}
