// Mail from this relay to the others of the run; that it arrives proves the DNS, TLS and DKIM of both.

import type { Check } from "../lib/check.ts";
import { deliver } from "../lib/post.ts";
import { isAddress, type Job, type Relay } from "../lib/relay.ts";

/** Longer than Postfix waits before it tries again a second time; minutes would be needed for a third. */
const PATIENCE = 60_000;

export function federation({ relay, others }: Job): Check[] {
  const strict = [relay, ...others].filter(unverifiable);
  return others.map((other) => ({
    group: "Federation",
    name: `A message to ${other.domain} arrives`,
    look: async () => {
      const [bad] = strict.filter((one) => one === relay || one === other);
      if (bad)
        return { skipped: `the certificate of ${bad.domain} is selfsigned, no other relay takes that` };
      const { seconds } = await deliver(relay, other, PATIENCE);
      return `after ${seconds}, and could be decrypted`;
    },
  }));
}

/** Without a public name, or with one that is for tests, nobody asks for a certificate that can be checked. */
const unverifiable = ({ domain, tlsMode }: Relay): boolean =>
  tlsMode === "selfsigned" && !domain.startsWith("_") && !isAddress(domain);
