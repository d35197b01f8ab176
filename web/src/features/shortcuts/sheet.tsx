import { useLingui } from '@lingui/react/macro';
import { useMe } from '@/features/session';
import { keyCaps, type Shortcut } from '@/lib/keys';
import { Dialog } from '@/ui/dialog';

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const enterSends = useMe().preferences.enter_sends;
  const names: [string, string[]][] = [
    ...(
      [
        ['switcher', t`Find a conversation`],
        ['new_chat', t`New chat`],
        ['next_conversation', t`Next conversation`],
        ['previous_conversation', t`Previous conversation`],
        ['next_unread', t`Next unread conversation`],
        ['previous_unread', t`Previous unread conversation`],
        ['help', t`These shortcuts`],
      ] satisfies [Shortcut, string][]
    ).map(([shortcut, name]): [string, string[]] => [name, keyCaps(shortcut)]),
    [t`Send`, enterSends ? ['Enter'] : [t`Ctrl`, 'Enter']],
    [t`New line`, enterSends ? [t`Shift`, 'Enter'] : ['Enter']],
    [t`Close what is on top`, ['Esc']],
  ];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t`Keyboard shortcuts`} closeLabel={t`Close`}>
      <dl className="flex flex-col divide-y divide-line">
        {names.map(([name, caps]) => (
          <div key={name} className="flex items-center justify-between gap-4 py-2">
            <dt>{name}</dt>
            <dd className="flex shrink-0 gap-1">
              {caps.map((cap) => (
                <kbd
                  key={cap}
                  className="inline-flex h-6 min-w-6 items-center justify-center rounded-sm border border-edge bg-canvas px-1.5 font-sans text-xs"
                >
                  {cap}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
