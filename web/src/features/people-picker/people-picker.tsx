import { Trans, useLingui } from '@lingui/react/macro';
import { Check, Search, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { User } from '@/engine';
import { cx, inputClass, SkeletonRows } from '@/ui';
import { Person } from './person';
import { usePeople } from './use-people';

interface PeoplePickerProps {
  chosen: readonly User[];
  onToggle: (user: User) => void;
  /** People that cannot be chosen, e.g. members already. */
  without?: ReadonlySet<string>;
  /** With one press a person is taken at once; else presses collect. */
  single?: boolean;
  /** Shown above the people while nothing is searched for. */
  top?: ReactNode;
}

export function PeoplePicker({ chosen, onToggle, without, single = false, top }: PeoplePickerProps) {
  const { t } = useLingui();
  const [query, setQuery] = useState('');
  const { people, pending, failure } = usePeople(query);
  const shown = people?.filter((user) => !without?.has(user.id));
  const ids = new Set(chosen.map((user) => user.id));
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <div className="relative shrink-0">
        <Search aria-hidden="true" className="absolute inset-y-0 start-3 my-auto size-4 text-soft" />
        <input
          type="search"
          dir="auto"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          aria-label={t`Search people by name or username`}
          placeholder={t`Name or username`}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          className={cx(inputClass, 'ps-9')}
        />
      </div>
      {!single && chosen.length > 0 && <Chosen chosen={chosen} onToggle={onToggle} />}
      <div className="scroll-pane -mx-2 min-h-0 flex-1" aria-busy={pending}>
        {query.trim() === '' && top}
        {failure ? (
          <p role="alert" className="px-3 py-4 text-danger">
            {failure}
          </p>
        ) : shown === undefined ? (
          <SkeletonRows count={4} label={t`Searching`} />
        ) : shown.length === 0 ? (
          <Nobody query={query.trim()} />
        ) : (
          <ul aria-label={t`People`}>
            {shown.map((user) => (
              <li key={user.id}>
                <Choice user={user} chosen={ids.has(user.id)} single={single} onToggle={onToggle} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function Nobody({ query }: { query: string }) {
  return (
    <p role="status" className="px-3 py-4 text-soft">
      {query === '' ? (
        <Trans>Nobody else is on this server yet. Share its address, and people can sign up.</Trans>
      ) : (
        <Trans>
          Nobody here is called “<bdi>{query}</bdi>”.
        </Trans>
      )}
    </p>
  );
}

interface ChoiceProps {
  user: User;
  chosen: boolean;
  single: boolean;
  onToggle: (user: User) => void;
}

function Choice({ user, chosen, single, onToggle }: ChoiceProps) {
  const mark = (
    <span
      aria-hidden="true"
      className={cx(
        'inline-flex size-5.5 shrink-0 items-center justify-center rounded-full border',
        chosen ? 'border-accent bg-accent text-on-accent' : 'border-edge',
      )}
    >
      {chosen && <Check className="size-3.5" />}
    </span>
  );
  return (
    <button
      type="button"
      aria-pressed={single ? undefined : chosen}
      onClick={() => onToggle(user)}
      className="flex min-h-14 w-full items-center rounded-md px-2 text-start -outline-offset-2 hover:bg-hover"
    >
      <Person user={user} end={single ? undefined : mark} />
    </button>
  );
}

function Chosen({ chosen, onToggle }: Pick<PeoplePickerProps, 'chosen' | 'onToggle'>) {
  const { t } = useLingui();
  return (
    <ul aria-label={t`Chosen people`} className="scroll-pane flex max-h-28 shrink-0 flex-wrap gap-1.5">
      {chosen.map((user) => (
        <li key={user.id}>
          <button
            type="button"
            onClick={() => onToggle(user)}
            aria-label={t`Remove ${user.name}`}
            className="flex min-h-8 items-center gap-1 rounded-full bg-selected ps-3 pe-2 text-sm hover:bg-hover touch:min-h-11 forced:border"
          >
            <bdi>{user.name}</bdi>
            <X aria-hidden="true" className="size-3.5 text-soft" />
          </button>
        </li>
      ))}
    </ul>
  );
}
