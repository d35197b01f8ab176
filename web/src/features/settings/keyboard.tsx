import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useMe, useSetPreferences } from '@/features/session';
import { groupsOf } from '@/features/shortcuts';
import { useSlots } from '@/features/slots';
import { keyCaps, setShortcutOn, shortcutOn } from '@/lib/keys';
import { Switch } from '@/ui/switch';
import { Section } from './section';

export function KeyboardSection() {
  const { t } = useLingui();
  const { enter_sends } = useMe().preferences;
  const set = useSetPreferences();
  const [shortcuts, setShortcuts] = useState(() => shortcutOn());
  return (
    <>
      <Section only title={t`Keyboard`}>
        <Switch
          label={t`Enter sends the message`}
          hint={
            enter_sends
              ? t`Shift+Enter begins a new line. On touch screens a button sends.`
              : t`Enter begins a new line, Ctrl+Enter sends.`
          }
          checked={enter_sends}
          onChange={(next) => set({ enter_sends: next })}
        />
        <Switch
          label={t`Keyboard shortcuts`}
          hint={t`Ctrl+/ lists them. Off helps when they clash with a tool of yours; kept on this device.`}
          checked={shortcuts}
          onChange={(next) => {
            setShortcutOn(next);
            setShortcuts(next);
          }}
        />
      </Section>
      {shortcuts && <EachShortcut />}
    </>
  );
}

/** One that clashes can be switched off alone. */
function EachShortcut() {
  const { anywhere, message, writing } = groupsOf(useSlots());
  return [anywhere, message, writing].map(
    ({ title, lines }) =>
      lines.length > 0 && (
        <Section key={title} title={title}>
          {lines.map(({ id, label, keys }) => (
            <OneShortcut key={id} id={id} label={label} caps={keyCaps(keys)} />
          ))}
        </Section>
      ),
  );
}

function OneShortcut({ id, label, caps }: { id: string; label: string; caps: readonly string[] }) {
  const [on, setOn] = useState(() => shortcutOn(id));
  return (
    <Switch
      label={label}
      hint={caps.join(' ')}
      checked={on}
      onChange={(next) => {
        setShortcutOn(next, id);
        setOn(next);
      }}
    />
  );
}
