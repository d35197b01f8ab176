import { Trans, useLingui } from '@lingui/react/macro';
import { PasswordField, text, useAsk } from '@/features/auth';
import { useEngine, useLimits, useMe } from '@/features/session';
import { Banner, Button } from '@/ui';
import { toast } from '@/ui/toast';
import { Section } from './section';
import { Sessions } from './sessions';

export function SecuritySection() {
  const { t } = useLingui();
  return (
    <>
      <Section title={t`Password`} lead={t`Changing it signs out all your other devices.`}>
        <PasswordForm />
      </Section>
      <Section title={t`Devices`} lead={t`Where you are signed in. End what you do not know.`}>
        <Sessions />
      </Section>
    </>
  );
}

function PasswordForm() {
  const { t } = useLingui();
  const me = useMe();
  const engine = useEngine();
  const shortest = useLimits().password_chars_min;
  const ask = useAsk(
    ['old_password', 'new_password'],
    (data) => {
      if (!text(data, 'old_password')) return { field: 'old_password', text: t`Please enter your current password.` };
      if ([...text(data, 'new_password')].length < shortest) {
        return { field: 'new_password', text: t`Use at least ${shortest} characters.` };
      }
      return undefined;
    },
    async (data) => {
      await engine.change_password(text(data, 'old_password'), text(data, 'new_password'));
      ask.form.current?.reset();
      toast({ text: t`Password changed. Your other devices were signed out.` });
    },
  );
  return (
    <form ref={ask.form} noValidate onSubmit={ask.submit} className="flex flex-col gap-5">
      {ask.failure && (
        <Banner tone="danger" role="alert" className="rounded-md">
          {ask.failure}
        </Banner>
      )}
      {/* Password managers want to know whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
      <PasswordField
        name="old_password"
        label={t`Current password`}
        autoComplete="current-password"
        error={ask.errorOf('old_password')}
        onInput={() => ask.clear('old_password')}
      />
      <PasswordField
        name="new_password"
        label={t`New password`}
        hint={t`At least ${shortest} characters. A few unrelated words make a good one.`}
        autoComplete="new-password"
        error={ask.errorOf('new_password')}
        onInput={() => ask.clear('new_password')}
      />
      <div>
        <Button type="submit" pending={ask.pending}>
          <Trans>Change password</Trans>
        </Button>
      </div>
    </form>
  );
}
