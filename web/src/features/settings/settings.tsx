import { useLingui } from '@lingui/react/macro';
import { ChevronRight, Info, Keyboard, Languages, Palette, ShieldCheck, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useMedia } from '@/lib/media';
import { paths, SETTINGS_SECTIONS, type SettingsSection } from '@/lib/paths';
import { cx } from '@/ui';
import { AboutSection, SignOut } from './about';
import { AppearanceSection, KeyboardSection, LanguageSection } from './look';
import { ProfileSection } from './profile';
import { SecuritySection } from './security';

const BODY: Record<SettingsSection, () => ReactNode> = {
  profile: ProfileSection,
  appearance: AppearanceSection,
  language: LanguageSection,
  keyboard: KeyboardSection,
  security: SecuritySection,
  about: AboutSection,
};

const ICONS: Record<SettingsSection, typeof Info> = {
  profile: UserRound,
  appearance: Palette,
  language: Languages,
  keyboard: Keyboard,
  security: ShieldCheck,
  about: Info,
};

function useSectionNames(): Record<SettingsSection, string> {
  const { t } = useLingui();
  return {
    profile: t`Profile`,
    appearance: t`Appearance`,
    language: t`Language`,
    keyboard: t`Keyboard`,
    security: t`Security`,
    about: t`About`,
  };
}

interface SettingsProps {
  section: SettingsSection | undefined;
  bar: (title: string) => ReactNode;
}

/** On a phone the sections are a list, and each a screen; else they stand beside what they open. */
export default function Settings({ section, bar }: SettingsProps) {
  const { t } = useLingui();
  const phone = useMedia('phone');
  const names = useSectionNames();
  const shown = section ?? (phone ? undefined : 'profile');
  const Body = shown && BODY[shown];
  return (
    <main className="flex h-full min-h-0 flex-col bg-surface">
      {bar(phone && shown ? names[shown] : t`Settings`)}
      <div className="flex min-h-0 flex-1">
        {(!phone || !shown) && <SectionNav shown={shown} phone={phone} names={names} />}
        {Body && (
          <div key={shown} className="scroll-pane min-h-0 flex-1">
            <div className="mx-auto flex max-w-xl flex-col gap-8 px-5 pt-6 pb-[max(3rem,env(safe-area-inset-bottom))] desk:px-8">
              <Body />
            </div>
          </div>
        )}
      </div>
    </main>
  );
}

interface SectionNavProps {
  shown: SettingsSection | undefined;
  phone: boolean;
  names: Record<SettingsSection, string>;
}

function SectionNav({ shown, phone, names }: SectionNavProps) {
  const { t } = useLingui();
  return (
    <nav
      aria-label={t`Settings`}
      className={cx('scroll-pane flex flex-col gap-6 p-3', phone ? 'flex-1' : 'w-48 shrink-0 border-e border-line')}
    >
      <ul className="flex flex-col gap-0.5">
        {SETTINGS_SECTIONS.map((one) => {
          const Icon = ICONS[one];
          return (
            <li key={one}>
              <Link
                href={paths.settings(one)}
                state={{ parlor: true }}
                replace={!phone}
                aria-current={one === shown ? 'page' : undefined}
                className={cx(
                  'flex min-h-10 items-center gap-3 rounded-md px-3 touch:min-h-12',
                  one === shown ? 'bg-selected font-medium' : 'hover:bg-hover',
                )}
              >
                <Icon aria-hidden="true" className="size-4.5 text-soft" />
                <span className="flex-1">{names[one]}</span>
                {phone && <ChevronRight aria-hidden="true" className="size-4 text-faint rtl:-scale-x-100" />}
              </Link>
            </li>
          );
        })}
      </ul>
      <div className="px-1">
        <SignOut />
      </div>
    </nav>
  );
}
