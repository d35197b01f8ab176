/** Whether to offer this device's own notifications: after the first sent message, until it was answered. */
import { cell } from '@/lib/cell';
import { recall, remember } from '@/lib/device-store';

export const card = cell(recall('notifications_card') === 'due');

export function due(): void {
  if (recall('notifications_card') !== undefined || !('Notification' in window) || Notification.permission !== 'default') return;
  remember('notifications_card', 'due');
  card.set(true);
}

export function answered(): void {
  remember('notifications_card', 'answered');
  card.set(false);
}
