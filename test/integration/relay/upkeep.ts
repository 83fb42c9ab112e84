// What becomes of a relay that is set up again, changed, cut off in the middle, or rebooted.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { type Account, messages, newAccount, openMailbox } from "./mailbox.ts";
import { encryptedMessage, newPublicKey } from "./pgp-message.ts";
import { differences, type Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

export function upkeep(relay: () => Relay): void {
  /** Runs site.yaml and tells which files differ afterwards and which services are newly started. */
  async function effects(variables: Readonly<Record<string, unknown>>, args: readonly string[] = []) {
    const [files, starts] = [await relay().files(), await relay().starts()];
    const run = await relay().site(variables, args);
    return {
      run,
      files: differences(files, await relay().files()),
      services: differences(starts, await relay().starts()),
    };
  }

  const NOTHING = { files: [], services: [] };

  it("A second run changes nothing, restarts nothing and takes few round trips", async () => {
    const { run, ...rest } = await effects({});
    assert.equal(run.exitCode, 0, run.trouble);
    assert.deepEqual(run.changed, []);
    assert.deepEqual(rest, NOTHING);
    const recap = run.events.find(({ event }) => event === "recap");
    assert.ok(recap?.roundTrips !== undefined && recap.roundTrips <= 3, `${recap?.roundTrips} round trips`);
  });

  const INI = "/usr/local/lib/chatmaild/chatmail.ini";
  const READERS_OF_INI = ["chatmail-metadata", "doveauth", "filtermail", "filtermail-incoming"];
  // The page that tells users the limits.
  const INFO = "/var/www/html/info.html";
  const cases: readonly [Record<string, unknown>, readonly string[], readonly string[]][] = [
    [{ password_min_length: 12 }, [INI, INFO], READERS_OF_INI],
    [{ max_smtp_connections: 500 }, ["/etc/postfix/master.cf"], ["postfix@-"]],
    [
      { max_message_size: 1_000_000 },
      ["/etc/dovecot/dovecot.conf", "/etc/postfix/main.cf", INI, INFO],
      [...READERS_OF_INI, "dovecot", "postfix@-"].sort(),
    ],
  ];
  for (const [variables, files, services] of cases) {
    it(`Another ${Object.keys(variables)} changes ${files.join(" and ")} and restarts ${services.join(" and ")}`, async () => {
      const [there, back] = [await effects(variables), await effects({})];
      assert.equal(there.run.exitCode, 0, there.run.trouble);
      assert.deepEqual({ files: there.files, services: there.services }, { files, services });
      assert.deepEqual({ files: back.files, services: back.services }, { files, services });
    });
  }

  it("--check names the one file that has drifted, shows how, and leaves it", async () => {
    await relay().host.must("echo 'biff = yes' >>/etc/postfix/main.cf");
    const { run, ...rest } = await effects({}, ["--check", "--diff"]);
    assert.equal(run.exitCode, 0, run.trouble);
    assert.deepEqual(rest, NOTHING);
    const drifted = run.events.flatMap(({ kind, diff }) => (kind === "task" ? (diff ?? []) : []));
    assert.deepEqual(
      drifted.map(({ path }) => path),
      ["/etc/postfix/main.cf"],
    );
    assert.match(drifted[0]?.before ?? "", /^biff = yes$/m);
    assert.equal((await effects({})).files.join(), "/etc/postfix/main.cf");
  });

  it("What cannot be checked is not put in place and restarts nothing, and the next run does both", async () => {
    await relay().host.must(
      "echo '# drift' >>/etc/postfix/main.cf; mv /usr/sbin/postconf /usr/sbin/postconf.away",
    );
    try {
      const { run, ...rest } = await effects({});
      assert.equal(run.exitCode, 2);
      assert.deepEqual(rest, NOTHING);
    } finally {
      await relay().host.must("mv /usr/sbin/postconf.away /usr/sbin/postconf");
    }
    const next = await effects({});
    assert.equal(next.run.exitCode, 0, next.run.trouble);
    assert.deepEqual(next, { run: next.run, files: ["/etc/postfix/main.cf"], services: ["postfix@-"] });
  });

  it("A certificate that somebody else keeps must be there, is then used, and the next one too when it is renewed", async () => {
    const paths = ["/etc/ssl/other/fullchain.pem", "/etc/ssl/other/key.pem"];
    const other = { tls_external_cert_and_key: paths, tls_mode: "external" };
    const missing = await effects(other);
    assert.equal(missing.run.exitCode, 2);
    assert.match(missing.run.trouble, /must both exist on the server/);
    assert.deepEqual([missing.files, missing.services], [[], []]);
    const make = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /O=other -addext subjectAltName=DNS:${relay().domain}`;
    await relay().host.must(
      `mkdir -p /etc/ssl/other && ${make} -out ${paths[0]} -keyout ${paths[1]} 2>/dev/null`,
    );
    const there = await effects(other);
    assert.deepEqual(there.services, ["dovecot", "newemail.socket", "postfix@-"], there.run.trouble);
    const server = { ...(await relay().server()), certificate: await relay().host.must(`cat ${paths[0]}`) };
    const account = newAccount(server);
    await (await openMailbox(server, account)).logout();
    await (await SmtpSession.login(server, 465, account.address, account.password)).quit();
    await webAnswers(server);
    await relay().host.must(`${make} -out ${paths[0]} -keyout ${paths[1]} 2>/dev/null`);
    await relay().host.must(`timeout 40 sh -c '
      for port in 443 465 993; do
        until openssl s_client -connect 127.0.0.1:$port </dev/null 2>/dev/null | openssl x509 | cmp -s - ${paths[0]}
        do sleep 0.2; done
      done'`);
    const renewed = { ...server, certificate: await relay().host.must(`cat ${paths[0]}`) };
    await webAnswers(renewed);
    await (await SmtpSession.login(renewed, 465, account.address, account.password)).quit();
    await effects({});
    await webAnswers(await relay().server());
    await (await openMailbox(await relay().server(), account)).logout();
  });

  it("Keys, certificates and accounts outlive every run", async () => {
    const state =
      "sha256sum /etc/ssl/private/mailserver.key /etc/ssl/certs/mailserver.pem; stat -c '%a %U %G' /etc/ssl/private/mailserver.key";
    const before = await relay().host.must(state);
    const account = newAccount(await relay().server());
    await (await openMailbox(await relay().server(), account)).logout();
    const { run } = await effects({ username_max_length: 20 });
    assert.equal(run.exitCode, 0, run.trouble);
    await effects({});
    assert.equal(await relay().host.must(state), before);
    assert.match(before, /^600 root root$/m);
    await (await openMailbox(await relay().server(), account)).logout();
  });

  it("A run that was cut off while it made the certificate leaves nothing that the next one trips over", async () => {
    const key = "/etc/ssl/private/mailserver.key";
    const certificate = "/etc/ssl/certs/mailserver.pem";
    const matching = `test "$(openssl pkey -in ${key} -pubout)" = "$(openssl x509 -in ${certificate} -noout -pubkey)"`;
    for (const cut of [
      `rm ${certificate}`,
      `rm ${key}`,
      `rm ${key} ${certificate}; echo half >${key}.new; echo half >${certificate}.new`,
    ]) {
      await relay().host.must(cut);
      const { run } = await effects({});
      assert.equal(run.exitCode, 0, run.trouble);
      await relay().host.must(matching);
    }
    await relay().host.must(`rm -f ${certificate}.keyless; systemctl restart dovecot postfix`);
    assert.deepEqual((await effects({})).run.changed, []);
  });

  it("Everything comes back after a reboot: accounts, mail, logins, sending", async () => {
    const server = await relay().server();
    const [alice, bob]: Account[] = [newAccount(server), newAccount(server)] as [Account, Account];
    const send = async () => {
      const session = await SmtpSession.login(server, 465, alice!.address, alice!.password);
      const envelope = { from: alice!.address, to: bob!.address };
      const message = await encryptedMessage(envelope, await newPublicKey(bob!.address), "still there?");
      assert.equal((await session.send(alice!.address, [bob!.address], message)).code, 250);
      await session.quit();
    };
    await (await openMailbox(server, bob!)).logout();
    await send();
    await messages(server, bob!, 1);
    await relay().host.reboot();
    assert.match(await relay().host.must("systemctl is-system-running"), /^running/);
    await send();
    assert.equal((await messages(server, bob!, 2)).length, 2);
    await webAnswers(server);
    assert.deepEqual((await effects({})).run.changed, []);
  });

  it("A service that dies comes back by itself", async () => {
    const server = await relay().server();
    const account = newAccount(server);
    await (await openMailbox(server, account)).logout();
    const mortal = "doveauth chatmail-metadata filtermail filtermail-incoming opendkim unbound nginx";
    await relay().host.must(`systemctl kill --signal=KILL ${mortal}`);
    await relay().host.must(`while systemctl is-active ${mortal} | grep -qv '^active'; do sleep 0.2; done`, {
      timeout: 20_000,
    });
    await (await SmtpSession.login(server, 465, account.address, account.password)).quit();
    await webAnswers(server);
  });
}

/** The relay's page can be had, by somebody who trusts the one certificate only. */
async function webAnswers({ address, name, certificate }: Server): Promise<void> {
  const options = { host: address, servername: name, ca: certificate, headers: { Host: name }, agent: false };
  const [response] = (await once(request({ ...options, path: "/" }).end(), "response")) as [IncomingMessage];
  response.resume();
  assert.equal(response.statusCode, 200);
}
