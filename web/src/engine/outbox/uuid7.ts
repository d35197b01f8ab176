/** UUID version 7 (RFC 9562 §5.7): sorts by the time it was made, so the outbox keeps its order by key alone. */
export class Uuid7 {
  private last_ms = 0;
  private counter = 0;

  constructor(
    private readonly now: () => number,
    private readonly random_bytes: (count: number) => Uint8Array,
  ) {}

  /** Ascending within one maker, also within a millisecond and when the clock is set back: `rand_a` counts (method 1). */
  next(): string {
    const now = this.now();
    if (now > this.last_ms) {
      this.last_ms = now;
      this.counter = 0;
    } else {
      this.counter += 1;
      if (this.counter > 0xfff) {
        this.last_ms += 1;
        this.counter = 0;
      }
    }
    const time = this.last_ms.toString(16).padStart(12, '0');
    const tail = this.random_bytes(8);
    tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
    const random = Array.from(tail, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const count = this.counter.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${random.slice(0, 4)}-${random.slice(4)}`;
  }
}
