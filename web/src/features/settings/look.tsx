import { useLingui } from '@lingui/react/macro';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useMe, useSetPreferences } from '@/features/session';
import { LOCALES } from '@/lib/i18n';
import { Select } from '@/ui/select';
import { Choice } from './choice';
import { Section } from './section';

export function AppearanceSection() {
  const { t } = useLingui();
  const { theme } = useMe().preferences;
  const set = useSetPreferences();
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
  const set = useSetPreferences();
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
