/** The documents of this feature, as `GET /me/{name}` tells them. */
import type { Message } from '@/engine';

export interface Scheduled {
  id: string;
  conversation: string;
  text: string;
  at: number;
  failed?: string | null;
}

export interface Reminder {
  id: string;
  conversation: string;
  seq: number;
  at: number;
  note?: string | null;
  due: boolean;
  message?: Message | null;
}

export interface Saved {
  conversation: string;
  seq: number;
  at: number;
  note?: string | null;
  message?: Message | null;
}

export interface Documents {
  scheduled: { scheduled: Scheduled[] };
  reminders: { reminders: Reminder[] };
  saved: { saved: Saved[]; cursor?: string | null };
  hidden: { hidden: Record<string, number[]> };
}
