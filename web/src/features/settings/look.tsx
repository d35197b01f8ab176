import { useLingui } from '@lingui/react/macro';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '@/features/session';
import { LOCALES } from '@/lib/i18n';
import { setShortcutOn, shortcutOn } from '@/lib/keys';
import { Select } from '@/ui/select';
import { Switch } from '@/ui/switch';
import { Choice } from './choice';
import { Section } from './section';
import { useSetPreference } from './use-preference';

export function AppearanceSection() {
  const { t } = useLingui();
  const { theme } = useMe().preferences;
  const set = useSetPreference();
  return (
    <Section only title={t`Appearance`} lead={t`Goes with you to all your devices.`}>
      <Choice
        legend={t`Theme`}
        value={theme}
        onChange={(next) => set({ theme: next })}
        options={[
          { value: 'system', label: t({ message: 'System', context: 'theme' }), icon: <Monitor className="size-5" /> },
          { value: 'light', label: t`Light`, icon: <Sun className="size-5" /> },
          { value: 'dark', label: t`Dark`, icon: <Moon className="size-5" /> },
        ]}
      />
    </Section>
  );
}

export function LanguageSection() {
  const { t } = useLingui();
  const { locale } = useMe().preferences;
  const set = useSetPreference();
  const shown = Object.entries(LOCALES).filter(([tag]) => tag !== 'pseudo' || import.meta.env.DEV || locale === 'pseudo');
  return (
    <Section only title={t`Language`}>
      <Select
        label={t`Language of the interface`}
        value={locale}
        onChange={(next) => set({ locale: next })}
        options={[
          { value: '', label: t`The language of the device` },
          ...shown.map(([tag, { name }]) => ({ value: tag, label: name, lang: tag === 'pseudo' ? 'en-XA' : tag })),
        ]}
      />
    </Section>
  );
}

export function KeyboardSection() {
  const { t } = useLingui();
  const { enter_sends } = useMe().preferences;
  const set = useSetPreference();
  const [shortcuts, setShortcuts] = useState(shortcutOn);
  return (
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
  );
}
