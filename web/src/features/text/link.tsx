import { useLingui } from '@lingui/react/macro';
import { createContext, type ReactNode, use, useMemo } from 'react';
import { Link } from 'wouter';
import type { Engine } from '@/engine';
import { titleOf } from '@/features/session';
import { type Inline, wordsOf } from '@/lib/markdown';
import { type Place, paths, placeOf } from '@/lib/paths';
import { useReadable } from '@/lib/readable';

const LOOK = 'text-accent underline underline-offset-2 [unicode-bidi:isolate]';

/** What a stranger writes leads nowhere until one has accepted it. */
export const Inert = createContext(false);

interface TextLinkProps {
  href: string;
  nodes: readonly Inline[];
  engine: Engine;
  children: ReactNode;
}

/** A link out of a text: to a conversation of this server within the client, to everywhere else in a new tab. */
export function TextLink({ href, nodes, engine, children }: TextLinkProps) {
  const place = placeWithin(href);
  const inert = use(Inert);
  const bare = /^(?:https?:\/\/|www\.|mailto:)/i.test(wordsOf(nodes));
  // The address itself, so that nobody takes the words for it.
  if (inert) return <span className="break-all">{bare ? children : href}</span>;
  if (place !== undefined) {
    return (
      <Link href={paths.conversation(place.id, place.seq)} state={{ parlor: true }} className={LOOK}>
        {bare ? <PlaceName engine={engine} place={place} otherwise={children} /> : children}
      </Link>
    );
  }
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={bare ? undefined : href} className={LOOK}>
      {children}
    </a>
  );
}

type Within = Extract<Place, { screen: 'conversation' }>;

function placeWithin(href: string): Within | undefined {
  if (!href.startsWith(`${location.origin}/`)) return undefined;
  const { pathname, search } = new URL(href);
  const place = placeOf(pathname, search.slice(1));
  return place.screen === 'conversation' ? place : undefined;
}

/** The conversation's name, where it is one of the reader's own. */
function PlaceName({ engine, place, otherwise }: { engine: Engine; place: Within; otherwise: ReactNode }) {
  const { t } = useLingui();
  const conversation = useReadable(useMemo(() => engine.conversation(place.id), [engine, place.id]));
  if (conversation === undefined) return otherwise;
  const title = titleOf(conversation);
  return <bdi>{place.seq === undefined ? `#${title}` : t`Message in ${title}`}</bdi>;
}
