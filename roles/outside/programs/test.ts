// Looks at a relay as apps, other relays and visitors see it, and tells what it saw, one line of JSON for each check.
// It ends with 0 also if some of them failed: what that means is for the playbook to say.

import { federation } from "./checks/federation.ts";
import { logins, otherAccounts } from "./checks/logins.ts";
import { delivery, refusals } from "./checks/mail.ts";
import { tls } from "./checks/tls.ts";
import { web } from "./checks/web.ts";
import { outcomes } from "./lib/check.ts";
import { readJob } from "./lib/relay.ts";

const job = readJob(process.argv[2]);
const { relay } = job;
const checks = [
  ...logins(relay),
  ...delivery(relay),
  ...refusals(job),
  ...tls(job),
  ...web(relay),
  ...federation(job),
];
for (const outcome of await outcomes(checks)) console.log(JSON.stringify(outcome));
for (const account of otherAccounts) console.log(JSON.stringify({ account }));
