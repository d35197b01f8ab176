import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import type { Engine, Gate, ServerInfo } from '@/engine';
import { paths } from '@/lib/paths';
import { Banner, Button, TextField } from '@/ui';
import { Frame } from './frame';
import { PasswordField } from './password-field';
import { text, useAsk } from './use-ask';

interface LoginProps {
  gate: Gate;
  server: ServerInfo | undefined;
  /** Why the last session ended, when it ended elsewhere. */
  ended?: string | undefined;
  onSignedIn: (engine: Engine) => void;
}

export function Login({ gate, server, ended, onSignedIn }: LoginProps) {
  const { t } = useLingui();
  const open = server?.signup !== 'closed';
  return (
    <Frame
      server={server?.name}
      title={ended ? t`You were signed out` : t`Welcome back`}
      lead={ended}
      footer={
        open && (
          <Trans>
            New here?{' '}
            <Link href={paths.signup()} className="font-medium text-accent underline underline-offset-2">
              Create an account
            </Link>
          </Trans>
        )
      }
    >
      <LoginForm gate={gate} onSignedIn={onSignedIn} />
    </Frame>
  );
}

function LoginForm({ gate, onSignedIn }: Pick<LoginProps, 'gate' | 'onSignedIn'>) {
  const { t } = useLingui();
  const ask = useAsk(
    ['login', 'password'],
    (data) => {
      if (!text(data, 'login').trim()) return { field: 'login', text: t`Please enter your e-mail or username.` };
      if (!text(data, 'password')) return { field: 'password', text: t`Please enter your password.` };
      return undefined;
    },
    async (data) => onSignedIn(await gate.login({ login: text(data, 'login').trim(), password: text(data, 'password') })),
    { unauthenticated: t`The name or the password is wrong.` },
  );
  return (
    <form ref={ask.form} noValidate onSubmit={ask.submit} className="flex flex-col gap-5">
      {ask.failure && (
        <Banner tone="danger" role="alert" className="rounded-md">
          {ask.failure}
        </Banner>
      )}
      <TextField
        name="login"
        label={t`E-mail or username`}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        error={ask.errorOf('login')}
        onInput={() => ask.clear('login')}
      />
      <PasswordField
        name="password"
        label={t`Password`}
        autoComplete="current-password"
        error={ask.errorOf('password')}
        onInput={() => ask.clear('password')}
      />
      <Button type="submit" tone="primary" wide pending={ask.pending}>
        <Trans>Sign in</Trans>
      </Button>
    </form>
  );
}
