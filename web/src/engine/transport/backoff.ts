/** Full jitter: a random wait below a bound that doubles from `first_ms` to `most_ms` (AWS Architecture Blog, 2015). */
export function backoff_ms(tries: number, first_ms: number, most_ms: number, random: () => number): number {
  const bound = Math.min(most_ms, first_ms * 2 ** Math.min(tries, 20));
  return Math.round(bound * random());
}
