export interface Ordered {
  id: string;
  order?: number;
}

/** Of contributions that do not say theirs. */
export const USUAL_ORDER = 100;

export function byOrder(a: Ordered, b: Ordered): number {
  return (a.order ?? USUAL_ORDER) - (b.order ?? USUAL_ORDER) || (a.id < b.id ? -1 : 1);
}
