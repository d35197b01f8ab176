import { useState } from 'react';

/** The landmark around an element. */
export function landmarkOf(element: HTMLElement): HTMLElement | null {
  return element.closest<HTMLElement>('main, aside, nav, [role="dialog"]');
}

/** For popups to be put into: what stands outside of every landmark is missed by those who move from one to the next. */
export function useLandmark(): [ref: (element: HTMLElement | null) => void, landmark: HTMLElement | null] {
  const [landmark, setLandmark] = useState<HTMLElement | null>(null);
  const [ref] = useState(() => (element: HTMLElement | null) => {
    if (element) setLandmark(landmarkOf(element));
  });
  return [ref, landmark];
}
