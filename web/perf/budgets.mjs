/** The most a figure may be: `scenario.figure`, and at which throttles of the processor that holds (none named: at all). */
const unthrottled = [1];

export const BUDGETS = {
  'bytes.sign_in_js_gzip_kb': { most: 170 },
  'bytes.signed_in_js_gzip_kb': { most: 170 },
  'bytes.css_gzip_kb': { most: 25 },
  'start.cold_lcp_p50_ms': { most: 2500, throttles: unthrottled },
  'start.cold_cls': { most: 0.02 },
  'start.warm_p50_ms': { most: 400, throttles: unthrottled },
  'start.warm_cls': { most: 0.02 },
  'switch.first_p50_ms': { most: 50, throttles: unthrottled },
  'switch.p50_ms': { most: 50, throttles: unthrottled },
  'switch.p95_ms': { most: 50, throttles: unthrottled },
  'switch.inp_ms': { most: 100, throttles: unthrottled },
  'scroll.p95_ms': { most: 17 },
  'scroll.backward': { most: 0 },
  'scroll.drift_px': { most: 1 },
  'scroll.most_rows': { most: 200 },
  'key.p95_ms': { most: 50 },
  'key.inp_ms': { most: 100, throttles: unthrottled },
  'send.p95_ms': { most: 50 },
  'send.inp_ms': { most: 100, throttles: unthrottled },
  'events.open_at_once_cpu_ms': { most: 50, throttles: unthrottled },
  'events.others_at_once_cpu_ms': { most: 50, throttles: unthrottled },
  'events.open_cpu_ms': { most: 50, throttles: unthrottled },
  'events.others_cpu_ms': { most: 50, throttles: unthrottled },
  'text.over': { most: 0 },
};

export function budgetOf(name, throttle) {
  const budget = BUDGETS[name];
  return budget && (budget.throttles ?? [throttle]).includes(throttle) ? budget.most : undefined;
}
