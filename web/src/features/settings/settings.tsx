import { t } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { ChevronRight, Info, Keyboard, Languages, Palette, ShieldCheck, UserRound } from 'lucide-react';
import { type ReactNode, Suspense, useMemo } from 'react';
import { Link } from 'wouter';
import { byOrder, type SettingsSection, useSlots } from '@/features/slots';
import { useMedia } from '@/lib/media';
import { paths } from '@/lib/paths';
import { cx, SkeletonRows } from '@/ui';
import { AboutSection, SignOut } from './about';
import { KeyboardSection } from './keyboard';
import { AppearanceSection, LanguageSection } from './look';
import { ProfileSection } from './profile';
import { SecuritySection } from './security';

const OWN: readonly SettingsSection[] = [
  { id: 'profile', order: 10, icon: UserRound, label: () => t`Profile`, Component: ProfileSection },
  { id: 'appearance', order: 20, icon: Palette, label: () => t`Appearance`, Component: AppearanceSection },
  { id: 'language', order: 30, icon: Languages, label: () => t`Language`, Component: LanguageSection },
  { id: 'keyboard', order: 40, icon: Keyboard, label: () => t`Keyboard`, Component: KeyboardSection },
  { id: 'security', order: 200, icon: ShieldCheck, label: () => t`Security`, Component: SecuritySection },
  { id: 'about', order: 210, icon: Info, label: () => t`About`, Component: AboutSection },
];

interface SettingsProps {
  arg: string | undefined;
  bar: (title: string) => ReactNode;
}

/** On a phone the sections are a list, and each a screen; else they stand beside what they open. */
export default function Settings({ arg, bar }: SettingsProps) {
  useLingui();
  const phone = useMedia('phone');
  const contributed = useSlots().settings;
  const sections = useMemo(() => [...OWN, ...contributed].sort(byOrder), [contributed]);
  const shown = sections.find(({ id }) => id === arg) ?? (phone ? undefined : sections[0]);
  return (
    <main className="flex h-full min-h-0 flex-col bg-surface">
      {bar(phone && shown ? shown.label() : t`Settings`)}
      <div className="flex min-h-0 flex-1">
        {(!phone || !shown) && <SectionNav sections={sections} shown={shown} phone={phone} />}
        {shown && (
          <div key={shown.id} className="scroll-pane min-h-0 flex-1">
            <div className="mx-auto flex max-w-xl flex-col gap-8 px-5 pt-6 pb-[max(3rem,env(safe-area-inset-bottom))] desk:px-8">
              <Suspense fallback={<SkeletonRows label={t`Loading`} />}>
                <shown.Component />
              </Suspense>
            </div>
          </div>
        )}
      </div>
    </main>
  );
}

interface SectionNavProps {
  sections: readonly SettingsSection[];
  shown: SettingsSection | undefined;
  phone: boolean;
}

function SectionNav({ sections, shown, phone }: SectionNavProps) {
  return (
    <nav
      aria-label={t`Settings`}
      className={cx('scroll-pane flex flex-col gap-6 p-3', phone ? 'flex-1' : 'w-48 shrink-0 border-e border-line')}
    >
      <ul className="flex flex-col gap-0.5">
        {sections.map(({ id, icon: Icon, label }) => {
          const current = id === shown?.id;
          return (
            <li key={id}>
              <Link
                href={paths.settings(id)}
                state={{ parlor: true }}
                replace={!phone}
                aria-current={current ? 'page' : undefined}
                className={cx(
                  'flex min-h-10 items-center gap-3 rounded-md px-3 touch:min-h-12',
                  current ? 'bg-selected font-medium' : 'hover:bg-hover',
                )}
              >
                <Icon className="size-4.5 text-soft" />
                <span className="flex-1">{label()}</span>
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
