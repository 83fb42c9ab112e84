// Other relays, as this one sees them: their zones, and mail that they have signed.
import type { Lab } from "../../lab/index.ts";
import { rsaKey, signed } from "../opendkim/signer.ts";
import { txt } from "../services/lab.ts";

/** Nothing listens for its mail; what is sent there stays in the queue. */
export const ELSEWHERE = "elsewhere.example";
export const ANOTHER = "another.example";

const keys = new Map([ELSEWHERE, ANOTHER].map((domain) => [domain, rsaKey()]));

export async function serveZones(lab: Lab): Promise<void> {
  for (const [domain, { record }] of keys) {
    const mail = [`${domain}. 60 IN MX 10 mail.${domain}.`, `mail.${domain}. 60 IN A ${lab.gateway}`];
    await lab.zone(domain, [...mail, txt(`key._domainkey.${domain}`, record)].join("\n"));
  }
}

/** The message with the signature of this domain. */
export function signedBy(domain: string, message: string): string {
  const key = keys.get(domain)?.key;
  if (!key) throw new Error(`${domain} has no key`);
  return signed(message, { domain, key });
}
