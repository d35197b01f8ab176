import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import type { Engine, Gate, ServerInfo } from '@/engine';
import { paths } from '@/lib/paths';
import { Banner, Button, TextField } from '@/ui';
import { Frame } from './frame';
import { PasswordField } from './password-field';
import { text, useAsk } from './use-ask';

interface SignUpProps {
  gate: Gate;
  server: ServerInfo | undefined;
  onSignedIn: (engine: Engine) => void;
}

const FIELDS = ['name', 'username', 'email', 'password'] as const;

export function SignUp({ gate, server, onSignedIn }: SignUpProps) {
  const { t } = useLingui();
  const first = server?.first_run === true;
  if (server?.signup === 'closed' && !first) return <SignUpClosed server={server} />;
  return (
    <Frame
      server={first ? undefined : server?.name}
      title={first ? t`Make this server yours` : t`Create your account`}
      lead={
        first
          ? t`Nobody lives here yet. The account you create now will own this server.`
          : t`Pick a name people will recognise. You can change it later.`
      }
      footer={
        first ? undefined : (
          <Trans>
            Already have an account?{' '}
            <Link href={paths.login()} className="font-medium text-accent underline underline-offset-2">
              Sign in
            </Link>
          </Trans>
        )
      }
    >
      <SignUpForm gate={gate} server={server} onSignedIn={onSignedIn} />
    </Frame>
  );
}

function SignUpForm({ gate, server, onSignedIn }: SignUpProps) {
  const { t } = useLingui();
  const shortest = server?.limits.password_chars_min ?? 10;
  const ask = useAsk(
    FIELDS,
    (data) => {
      if (!text(data, 'name').trim()) return { field: 'name', text: t`Please enter your name.` };
      if (!/^\S+@\S+$/.test(text(data, 'email').trim())) return { field: 'email', text: t`Please enter an e-mail address.` };
      if ([...text(data, 'password')].length < shortest) {
        return { field: 'password', text: t`Use at least ${shortest} characters.` };
      }
      return undefined;
    },
    async (data) => {
      const username = text(data, 'username').trim();
      const engine = await gate.signup({
        name: text(data, 'name').trim(),
        email: text(data, 'email').trim(),
        password: text(data, 'password'),
        ...(username && { username }),
      });
      onSignedIn(engine);
    },
  );
  return (
    <form ref={ask.form} noValidate onSubmit={ask.submit} className="flex flex-col gap-5">
      {ask.failure && (
        <Banner tone="danger" role="alert" className="rounded-md">
          {ask.failure}
        </Banner>
      )}
      <TextField
        name="name"
        label={t`Your name`}
        autoComplete="name"
        dir="auto"
        maxLength={server?.limits.name_chars}
        error={ask.errorOf('name')}
        onInput={() => ask.clear('name')}
      />
      <TextField
        name="username"
        label={t`Username`}
        aside={t`optional`}
        hint={t`What others can find you by. We make one from your name if you leave it empty.`}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        error={ask.errorOf('username')}
        onInput={() => ask.clear('username')}
      />
      <TextField
        name="email"
        type="email"
        label={t`E-mail`}
        hint={t`For signing in. Nobody else sees it.`}
        autoComplete="email"
        error={ask.errorOf('email')}
        onInput={() => ask.clear('email')}
      />
      <PasswordField
        name="password"
        label={t`Password`}
        hint={t`At least ${shortest} characters. A few unrelated words make a good one.`}
        autoComplete="new-password"
        error={ask.errorOf('password')}
        onInput={() => ask.clear('password')}
      />
      <Button type="submit" tone="primary" wide pending={ask.pending}>
        <Trans>Create account</Trans>
      </Button>
    </form>
  );
}

function SignUpClosed({ server }: { server: ServerInfo }) {
  const { t } = useLingui();
  return (
    <Frame
      server={server.name}
      title={t`Sign-up is closed`}
      lead={t`This server takes no new accounts at the moment. Ask its owner.`}
    >
      <Link href={paths.login()} className="font-medium text-accent underline underline-offset-2">
        <Trans>Sign in</Trans>
      </Link>
    </Frame>
  );
}
