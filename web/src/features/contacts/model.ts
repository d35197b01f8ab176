import { t } from '@lingui/core/macro';
import { useMemo } from 'react';
import type { ConversationView, Engine, User } from '@/engine';
import { tell, useEngine } from '@/features/session';
import { navigate } from '@/lib/navigation';
import { paths } from '@/lib/paths';
import { useReadable } from '@/lib/readable';
import { toast } from '@/ui/toast';

/** The document of the account: the people one keeps, and those one keeps away. */
interface Contacts {
  contacts: readonly User[];
  blocked: readonly User[];
}

/** `undefined`: not known yet. */
export function useContacts(): Contacts | undefined {
  const engine = useEngine();
  return useReadable(useMemo(() => engine.document<Contacts>('contacts'), [engine]));
}

const has = (users: readonly User[] | undefined, id: string | undefined) => users?.some((user) => user.id === id) ?? false;

/** How one stands to somebody. */
export function useStanding(user: string | undefined): { known: boolean; kept: boolean; blocked: boolean } {
  const contacts = useContacts();
  return { known: contacts !== undefined, kept: has(contacts?.contacts, user), blocked: has(contacts?.blocked, user) };
}

export function isBlocked(engine: Engine, user: string): boolean {
  return has(engine.document<Contacts>('contacts').get()?.blocked, user);
}

/** Asks the server; true when it did so. Failures are told. */
async function done(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    toast({ text: tell(error).text, tone: 'danger' });
    return false;
  }
}

const put = (engine: Engine, list: 'contacts' | 'blocks', user: User, on: boolean) =>
  done(engine.call(on ? 'PUT' : 'DELETE', `/me/${list}/${user.id}`));

export async function keep(engine: Engine, user: User, on: boolean): Promise<void> {
  if (!(await put(engine, 'contacts', user, on))) return;
  toast({
    text: on ? t`${user.name} is a contact now.` : t`${user.name} is no contact any more.`,
    ...(!on && { action: { label: t`Undo`, run: () => void put(engine, 'contacts', user, true) } }),
  });
}

/** At once, and taken back on request: who is blocked is to be silent now, not in six seconds. */
export async function block(engine: Engine, user: User, on: boolean): Promise<void> {
  if (!(await put(engine, 'blocks', user, on))) return;
  toast({
    text: on ? t`${user.name} is blocked.` : t`${user.name} is not blocked any more.`,
    action: { label: t`Undo`, run: () => void put(engine, 'blocks', user, !on) },
  });
}

export async function write(engine: Engine, user: User): Promise<void> {
  await done(engine.start_direct(user.id).then((id) => navigate(paths.conversation(id))));
}

export type Decision = 'accept' | 'ignore' | 'block' | 'report';

/** What becomes of a request. The conversation hears of it by itself. */
export async function decide(engine: Engine, conversation: ConversationView, decision: Decision): Promise<boolean> {
  const body = { decision, ...(decision === 'report' && { block: true }) };
  return done(engine.call('PUT', `/conversations/${conversation.id}/request`, body));
}
