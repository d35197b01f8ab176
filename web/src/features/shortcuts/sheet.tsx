import { useLingui } from '@lingui/react/macro';
import { useMe } from '@/features/session';
import { useSlots } from '@/features/slots';
import { keyCaps, shortcutOn } from '@/lib/keys';
import { Dialog } from '@/ui/dialog';
import { type Declared, type Group, groupsOf } from './groups';

/** Ctrl+/: every shortcut that works now. What features declare stands here by itself. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const enterSends = useMe().preferences.enter_sends;
  const { anywhere, message, writing } = groupsOf(useSlots());
  const fixed: [Group, Declared[]][] = [
    [anywhere, [{ id: 'close', label: t`Close what is on top`, keys: 'Escape' }]],
    [message, [{ id: 'menu', label: t`All actions`, keys: 'Shift+F10' }]],
    [
      writing,
      [
        { id: 'send', label: t`Send`, keys: enterSends ? 'Enter' : '$mod+Enter' },
        { id: 'break', label: t`New line`, keys: enterSends ? 'Shift+Enter' : 'Enter' },
      ],
    ],
  ];
  const groups = fixed.map(([{ title, lines }, always]) => ({
    title,
    lines: [...lines.filter(({ id }) => shortcutOn() && shortcutOn(id)), ...always],
  }));
  return (
    <Dialog open toRead onOpenChange={(open) => !open && onClose()} title={t`Keyboard shortcuts`} closeLabel={t`Close`}>
      {groups.map(({ title, lines }) => (
        <section key={title}>
          <h3 className="text-sm font-semibold text-soft">{title}</h3>
          <dl className="flex flex-col divide-y divide-line">
            {lines.map(({ id, label, keys }) => (
              <div key={id} className="flex items-center justify-between gap-4 py-2">
                <dt>{label}</dt>
                <dd className="flex shrink-0 gap-1">
                  {keyCaps(keys).map((cap) => (
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
        </section>
      ))}
    </Dialog>
  );
}
