import { lazy, Suspense, useEffect, useMemo, useRef } from 'react';
import { useEngine } from '@/features/session';
import type { ComposerHandle } from '@/features/slots';
import { useReadable } from '@/lib/readable';
import { editingIn } from './editing';

const EditBar = lazy(() => import('./edit-bar'));

/** While one edits, the message is in the input and the draft rests: at once, or what is typed until the bar has come would be lost. */
export function Editor({ composer }: { composer: ComposerHandle }) {
  const engine = useEngine();
  const { conversation } = composer;
  const state = useMemo(() => editingIn(engine, conversation), [engine, conversation]);
  const editing = useReadable(state);
  useEffect(() => {
    if (!editing) return undefined;
    composer.borrow(editing.text);
    composer.focus();
    return () => {
      editing.text = composer.text();
      composer.borrow();
    };
  }, [composer, editing]);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const form = editing && place.current?.closest('form');
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      state.set(undefined);
      composer.focus();
    };
    form?.addEventListener('keydown', listen);
    return () => form?.removeEventListener('keydown', listen);
  }, [composer, editing, state]);
  return (
    <div ref={place}>
      {editing && (
        <Suspense>
          <EditBar key={editing.seq} composer={composer} editing={editing} stop={() => state.set(undefined)} />
        </Suspense>
      )}
    </div>
  );
}
