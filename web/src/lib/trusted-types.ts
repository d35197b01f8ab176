/**
 * The one Trusted Types policy of the client. It makes script addresses only (workers and the service worker need them),
 * only for our own origin, and no HTML at all.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
}

function sameOrigin(url: string): string {
  const target = new URL(url, location.href);
  if (target.origin !== location.origin) throw new TypeError(`Not a script of ours: ${target.origin}`);
  return target.href;
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
const policy = factory?.createPolicy('app', { createScriptURL: sameOrigin });

/** A script address that `new Worker` and `serviceWorker.register` accept under the policy. Throws for other origins. */
export function scriptURL(url: string | URL): string {
  const text = String(url);
  return (policy ? policy.createScriptURL(text) : sameOrigin(text)) as string;
}
