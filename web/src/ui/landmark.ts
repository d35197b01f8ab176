import { useState } from 'react';

/**
 * The landmark around an element, for popups to be put into: what stands outside of every landmark is missed by those
 * who move from one to the next.
 */
export function useLandmark(): [ref: (element: HTMLElement | null) => void, landmark: HTMLElement | null] {
  const [landmark, setLandmark] = useState<HTMLElement | null>(null);
  const [ref] = useState(() => (element: HTMLElement | null) => {
    if (element) setLandmark(element.closest<HTMLElement>('main, aside, nav, [role="dialog"]'));
  });
  return [ref, landmark];
}
