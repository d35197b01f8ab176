import { Trans } from '@lingui/react/macro';
import { Forward } from 'lucide-react';
import { useUser } from '@/features/session';
import type { MessageProps } from '@/features/slots';

/** Who said it first. One line of fixed height, whether the name is here yet or not. */
export function ForwardedLine({ message: { forwarded } }: MessageProps) {
  const name = useUser(forwarded?.sender)?.name;
  return (
    <p className="flex h-5 items-center gap-1.5 text-sm text-soft">
      <Forward aria-hidden="true" className="size-3.5 shrink-0 rtl:-scale-x-100" />
      <span className="truncate">
        {name ? (
          <Trans>
            Forwarded from <bdi>{name}</bdi>
          </Trans>
        ) : (
          <Trans>Forwarded</Trans>
        )}
      </span>
    </p>
  );
}
