/** Whether things can be seen right now: one observer for all that ask. */
const told = new WeakMap<Element, (on: boolean) => void>();
let observer: IntersectionObserver | undefined;

/** Tells when an element comes into view and leaves it, until the answer is called. */
export function watchOnScreen(element: Element, tell: (on: boolean) => void): () => void {
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
  });
  told.set(element, tell);
  observer.observe(element);
  return () => {
    told.delete(element);
    observer?.unobserve(element);
  };
}
