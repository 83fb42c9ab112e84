// Looks up what the relay knows of the recipients of a message from outside.

import type { Config } from "../config.ts";
import type { Users } from "../users.ts";
import { addressDomain } from "../users.ts";
import type { Recipient } from "./rules.ts";

/**
 * Where the account's directory is must be plain to see. Of any other spelling (quoted, with a source route, with
 * "/") Postfix may make another address in the end, so it counts as one that takes encrypted mail only.
 */
const PLAIN = /^([a-z0-9!#$&'*=?^_`{|}~.-]+)(?:\+[a-z0-9!#$&'*+=?^_`{|}~.-]*)?@([^@]+)$/;

export function lookUpRecipient(
  config: Pick<Config, "mail_domain">,
  users: Users,
  address: string,
): Recipient {
  const [, name, domain] = PLAIN.exec(address) ?? [];
  if (name === undefined || domain !== addressDomain(config))
    return { address, disabled: false, enforcing: true };
  // user+folder is delivered to user (Postfix's recipient_delimiter).
  const account = `${name}@${domain}`;
  return {
    address,
    disabled: users.isMarked(account, "DISABLED"),
    enforcing: users.isMarked(account, "enforceE2EEincoming"),
  };
}
