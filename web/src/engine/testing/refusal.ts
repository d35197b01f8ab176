import type { Problem } from '../protocol';

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: Problem['code'],
    detail: string = code,
  ) {
    super(detail);
  }
}
