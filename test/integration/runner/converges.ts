// That a host is, after one further run, as an undisturbed run would have left it.
import assert from "node:assert/strict";
import type { FirstRun } from "./first-run.ts";
import { stateOf } from "./first-run.ts";
import type { Site, Variables } from "./site.ts";
import { differences } from "./state.ts";

export type Reference = Pick<FirstRun, "files" | "units" | "packages">;

/** Random by nature, and so different on every host; and the mail. */
const RANDOM =
  /\/(machine-id|mailserver\.(key|pem)|opendkim\.private|[^/]*dhparam[^/]*|chatmail-turn\/secret)$|^\/var\/lib\/(acme|unbound|dhparam)\/|^\/home\/vmail\/mail\//;

/** A service, and the file that it has read when it has been started since. */
const READERS = {
  dovecot: "/etc/dovecot/dovecot.conf",
  "postfix@-": "/etc/postfix/main.cf",
  doveauth: "/usr/local/lib/chatmaild/chatmail.ini",
  "filtermail-incoming": "/usr/local/lib/chatmaild/chatmail.ini",
  opendkim: "/etc/opendkim.conf",
  unbound: "/etc/unbound/unbound.conf.d/chatmail.conf",
};

/** One further run after a run that was stopped, with all that must hold then. */
export async function converges(
  site: Site,
  reference: Reference,
  about: string,
  variables: Variables = {},
): Promise<void> {
  const run = await site.run(variables, ["--lock-timeout", "90"]);
  assert.equal(run.exitCode, 0, `${about}: ${run.trouble}`);
  const state = await stateOf(site.host);
  const others = differences(reference.files, state.files).filter((path) => !RANDOM.test(path));
  assert.deepEqual(others, [], about);
  assert.deepEqual(differences(reference.units, state.units), [], about);
  assert.equal(state.packages, reference.packages, about);
  for (const [service, file] of Object.entries(READERS)) {
    const late = `test "$(date -d "$(systemctl show -P ActiveEnterTimestamp ${service})" +%s)" -ge "$(stat -c %Y ${file})"`;
    assert.equal((await site.host.exec(late)).status, 0, `${about}: ${service} has not read ${file}`);
  }
  const rest = await site.run(variables);
  assert.deepEqual([rest.exitCode, rest.changed], [0, []], `${about}: ${rest.trouble}`);
}
