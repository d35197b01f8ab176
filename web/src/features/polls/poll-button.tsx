import { useLingui } from '@lingui/react/macro';
import { ListChecks } from 'lucide-react';
import { lazy } from 'react';
import { useEngine } from '@/features/session';
import { type ComposerHandle, openLayer } from '@/features/slots';
import { IconButton } from '@/ui';

const NewPoll = lazy(() => import('./new-poll'));

export function PollButton({ composer }: { composer: ComposerHandle }) {
  const { t } = useLingui();
  const engine = useEngine();
  return (
    <IconButton
      label={t`New poll`}
      icon={<ListChecks className="size-5" />}
      className="my-0.5"
      onClick={() => openLayer(NewPoll, { engine, conversation: composer.conversation })}
    />
  );
}
