import { Trans, useLingui } from '@lingui/react/macro';
import { Person } from '@/features/people-picker';
import { useEngine } from '@/features/session';
import { Section } from '@/features/settings';
import { Button, SkeletonRows } from '@/ui';
import { block, useContacts } from './model';

/** In the settings: whom one keeps away. */
export default function BlockedSection() {
  const { t } = useLingui();
  const engine = useEngine();
  const blocked = useContacts()?.blocked;
  return (
    <Section
      only
      title={t`Blocked people`}
      lead={t`They are not told. You hear nothing from each other, and share no new groups.`}
    >
      {blocked === undefined ? (
        <SkeletonRows count={2} label={t`Loading`} />
      ) : blocked.length === 0 ? (
        <p className="text-soft">
          <Trans>You have blocked nobody.</Trans>
        </p>
      ) : (
        <ul aria-label={t`Blocked people`}>
          {blocked.map((user) => (
            <li key={user.id} className="flex min-h-14 items-center">
              <Person
                user={user}
                end={
                  <Button aria-label={t`Unblock ${user.name}`} onClick={() => void block(engine, user, false)}>
                    <Trans>Unblock</Trans>
                  </Button>
                }
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
