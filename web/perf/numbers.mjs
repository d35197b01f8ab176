export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** `{p50_ms, p95_ms}`, each name after a prefix. */
export function spread(prefix, values) {
  return { [`${prefix}p50_ms`]: quantile(values, 0.5), [`${prefix}p95_ms`]: quantile(values, 0.95) };
}
