// The keys of the domains that the cases send from, by name of record; made once for all of them.

import { txt } from "../services/lab.ts";
import { type DomainKey, ed25519Key, rsaKey } from "./signer.ts";

/** By selector and domain. */
export const keys: ReadonlyMap<string, DomainKey> = new Map([
  ["key other.example", rsaKey()],
  ["ed other.example", ed25519Key()],
  ["small other.example", rsaKey(768)],
  ["key sub.other.example", rsaKey()],
  ["key evil.example", rsaKey()],
  ["key xn--bcher-kva.example", rsaKey()],
]);

export function keyOf(domain: string, selector = "key"): DomainKey {
  const key = keys.get(`${selector} ${domain.toLowerCase().replace(/\.$/, "")}`);
  if (!key) throw new Error(`no key ${selector} of ${domain}`);
  return key;
}

export const records = (): string[] =>
  [...keys].map(([name, { record }]) => {
    const [selector, domain] = name.split(" ");
    return txt(`${selector}._domainkey.${domain}`, record);
  });
