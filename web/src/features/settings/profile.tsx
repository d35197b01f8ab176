import { Trans, useLingui } from '@lingui/react/macro';
import { useId } from 'react';
import { text, useAsk } from '@/features/auth';
import { useEngine, useLimits, useMe } from '@/features/session';
import { Avatar, Banner, Button, TextArea, TextField } from '@/ui';
import { toast } from '@/ui/toast';
import { Section } from './section';

export function ProfileSection() {
  const { t } = useLingui();
  const me = useMe();
  const engine = useEngine();
  const limits = useLimits();
  const zones = useId();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const ask = useAsk(
    ['name', 'username', 'bio', 'pronouns', 'time_zone'],
    (data) => {
      if (!text(data, 'name').trim()) return { field: 'name', text: t`Please enter your name.` };
      return undefined;
    },
    async (data) => {
      const [pronouns, time_zone] = [text(data, 'pronouns').trim(), text(data, 'time_zone').trim()];
      const change = { name: text(data, 'name').trim(), username: text(data, 'username').trim(), bio: text(data, 'bio').trim() };
      await engine.update_me({
        ...(change.name !== me.name && { name: change.name }),
        ...(change.username !== me.username && { username: change.username }),
        ...(change.bio !== me.bio && { bio: change.bio }),
        ...(pronouns !== (me.pronouns ?? '') && { pronouns }),
        ...(time_zone !== (me.time_zone ?? '') && { time_zone }),
      });
      toast({ text: t`Profile saved.` });
    },
  );
  return (
    <Section only title={t`Profile`} lead={t`How others see you on this server.`}>
      <div className="flex items-center gap-4">
        <Avatar id={me.id} name={me.name} size="lg" />
        <div className="min-w-0">
          <p className="truncate text-lg font-semibold">
            <bdi>{me.name}</bdi>
          </p>
          <p className="truncate text-soft">
            <bdi>{me.email}</bdi>
          </p>
          {me.role === 'owner' && (
            <p className="text-sm text-soft">
              <Trans>You own this server</Trans>
            </p>
          )}
        </div>
      </div>
      <form key={me.version} ref={ask.form} noValidate onSubmit={ask.submit} className="flex flex-col gap-5">
        {ask.failure && (
          <Banner tone="danger" role="alert" className="rounded-md">
            {ask.failure}
          </Banner>
        )}
        <TextField
          name="name"
          label={t`Your name`}
          dir="auto"
          autoComplete="name"
          defaultValue={me.name}
          maxLength={limits.name_chars}
          error={ask.errorOf('name')}
          onInput={() => ask.clear('name')}
        />
        <TextField
          name="username"
          label={t`Username`}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={me.username}
          error={ask.errorOf('username')}
          onInput={() => ask.clear('username')}
        />
        <TextArea
          name="bio"
          label={t`About you`}
          rows={3}
          defaultValue={me.bio}
          maxLength={limits.bio_chars}
          error={ask.errorOf('bio')}
          onInput={() => ask.clear('bio')}
        />
        <TextField
          name="pronouns"
          label={t`Pronouns`}
          aside={t`optional`}
          dir="auto"
          defaultValue={me.pronouns ?? ''}
          maxLength={40}
          error={ask.errorOf('pronouns')}
          onInput={() => ask.clear('pronouns')}
        />
        <TextField
          name="time_zone"
          label={t`Time zone`}
          aside={t`optional`}
          hint={t`Others see what time it is where you are. Here it is ${here}.`}
          list={zones}
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={me.time_zone ?? ''}
          error={ask.errorOf('time_zone')}
          onInput={() => ask.clear('time_zone')}
        />
        <datalist id={zones}>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <div>
          <Button type="submit" tone="primary" pending={ask.pending}>
            <Trans>Save</Trans>
          </Button>
        </div>
      </form>
    </Section>
  );
}
