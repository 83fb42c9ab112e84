// Each role's configuration broken on purpose, on a host that is a relay: the deployment fails with the service's
// own words, and the relay is and serves as before.
import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Ended } from "./command.ts";
import type { Site } from "./site.ts";
import { differences, files, units } from "./state.ts";

const REPO = fileURLToPath(new URL("../../..", import.meta.url));

interface Breakage {
  readonly what: string;
  /** A template below roles/, and what is added at its end. */
  readonly file: string;
  readonly line: string;
  /** What the service says. */
  readonly says: RegExp;
  /** It came to be used, and was put back. */
  readonly putBack?: true;
}

const BREAKAGES: readonly Breakage[] = [
  {
    what: "a parameter that Postfix does not know",
    file: "postfix/templates/main.cf.j2",
    line: "smtpd_no_such_parameter = 1",
    says: /unused parameter: smtpd_no_such_parameter=1/,
  },
  {
    what: "a directive that Dovecot does not know",
    file: "dovecot/templates/dovecot.conf.j2",
    line: "no_such_setting = 1",
    says: /Unknown setting: no_such_setting/,
  },
  {
    what: "a certificate that is not there",
    file: "dovecot/templates/dovecot.conf.j2",
    line: "ssl_cert = </no/such/certificate",
    says: /\/no\/such\/certificate.*No such file or directory/,
  },
  {
    what: "a key for Dovecot that is another certificate's",
    file: "dovecot/templates/dovecot.conf.j2",
    line: "ssl_key = </etc/ssl/other.key",
    says: /ssl_key is not the key of the certificate in ssl_cert/,
  },
  {
    what: "a certificate for Postfix that is not there",
    file: "postfix/templates/main.cf.j2",
    line: "smtpd_tls_cert_file = /no/such/certificate",
    says: /\/no\/such\/certificate/,
  },
  {
    what: "a port for nginx that Postfix has",
    file: "nginx/templates/relay.conf.j2",
    line: "server {\n    listen 127.0.0.1:587;\n}",
    says: /bind\(\) to 127.0.0.1:587 failed \(98: Address already in use\)/,
    putBack: true,
  },
  {
    what: "a directive that nginx does not know",
    file: "nginx/templates/relay.conf.j2",
    line: "no_such_directive on;",
    says: /unknown directive "no_such_directive"/,
  },
  {
    what: "an option that OpenDKIM does not know",
    file: "opendkim/templates/opendkim.conf.j2",
    line: "NoSuchOption 1",
    says: /NoSuchOption|unrecognized parameter/,
  },
  {
    what: "an option that Unbound does not know",
    file: "unbound/templates/chatmail.conf.j2",
    line: "no-such-option: 1",
    says: /unknown keyword 'no-such-option'/,
  },
  {
    what: "a port for Dovecot that Postfix has",
    file: "dovecot/templates/dovecot.conf.j2",
    line: "service imap-login {\n  inet_listener taken {\n    port = 25\n  }\n}",
    says: /listen\(.*25\) failed: Address already in use/,
    putBack: true,
  },
  {
    what: "a daemon that cannot start",
    file: "chatmaild/templates/chatmail-metadata.service.j2",
    line: "[Service]\nExecStart=\nExecStart=/no/such/program",
    says: /\/no\/such\/program/,
    putBack: true,
  },
];

/** A lab host has the load of the machine that the tests keep busy, and no address would be made. */
const IDLE = { max_load_1m: 1000 };

/** The relay answers: one who logs in, mail from elsewhere and from users, a visitor. */
const SERVES = `
for unit in unbound doveauth chatmail-metadata filtermail filtermail-incoming dovecot opendkim postfix@- nginx; do
  systemctl is-active "$unit" >/dev/null || { echo "$unit does not run"; exit 1; }
done
doveadm auth test servesall@$(cat /etc/mailname) password1234 >/dev/null || { echo 'no login'; exit 1; }
for port in 25 587; do
  timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0 && read -r line <&3 && [ "\${line%% *}" = 220 ]' "$port" || { echo "no greeting on $port"; exit 1; }
done
curl -sko /dev/null https://127.0.0.1/ 2>/dev/null || timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/443' || { echo 'no web server'; exit 1; }`;

export function broken(sites: () => readonly Site[]): void {
  const site = (): Site => sites()[0] as Site;
  let checkout = "";
  const deploy = async (): Promise<Ended> => (await site().begin(IDLE, [], checkout)).ended;

  before(async function () {
    this.timeout(180_000);
    // Below this one, where packages are found as they are from here.
    checkout = await mkdtemp(join(REPO, ".cache", "broken-"));
    for (const folder of ["playbooks", "roles", "site"])
      await cp(join(REPO, folder), join(checkout, folder), { recursive: true });
    const run = await deploy();
    assert.equal(run.exitCode, 0, run.trouble);
    await site().host.must(SERVES);
    await site().host.must(
      "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out /etc/ssl/other.key",
    );
  });

  after(() => (checkout === "" ? undefined : rm(checkout, { recursive: true, force: true })));

  for (const { what, file, line, says, putBack } of BREAKAGES) {
    it(`${what}: the deployment fails in its words, and the relay serves as before`, async function () {
      this.timeout(90_000);
      const { host } = site();
      const path = join(checkout, "roles", file);
      const whole = await readFile(path);
      const before = [await files(host), await units(host)] as const;
      await appendFile(path, `\n${line}\n`);
      let run: Ended;
      try {
        run = await deploy();
      } finally {
        await writeFile(path, whole);
      }
      assert.equal(run.exitCode, 2, run.trouble);
      const failure = run.events.find(({ status }) => status === "failed");
      assert.match(`${failure?.message}`, says);
      const restored = run.events.findIndex(({ module }) => module === "rollback");
      assert.equal(restored !== -1, putBack === true, run.trouble);
      // ... and then asked whether they answer.
      const asked = run.events.filter(
        ({ module, status }, at) => at > restored && module === "wait_for" && status === "ok",
      );
      assert.equal(asked.length > 0, putBack === true, run.trouble);
      assert.deepEqual(differences(before[0], await files(host)), []);
      assert.deepEqual(differences(before[1], await units(host)), []);
      await host.must(SERVES);
    });
  }

  it("after all that, a deployment finds nothing to do", async () => {
    const run = await deploy();
    assert.deepEqual([run.exitCode, run.changed], [0, []], run.trouble);
  });
}
