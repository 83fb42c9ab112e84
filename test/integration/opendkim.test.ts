// The role opendkim on a real host with Postfix: what it lets in and what not, what it signs, and its key.
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import type { Host, Lab } from "../lab/index.ts";
import { type Case, verification } from "./opendkim/cases.ts";
import { records } from "./opendkim/keys.ts";
import { delivered, startPostfix } from "./opendkim/postfix.ts";
import { Smtp } from "./opendkim/smtp.ts";
import { servicesLab, txt } from "./services/lab.ts";
import { play } from "./services/play.ts";

const REFUSED = /55[04] 5\.7\.1 No valid DKIM signature found$/;

describe("OpenDKIM, as the role sets it up", () => {
  const roles = ["unbound", "opendkim"];
  let lab: Lab;
  let relay: Host;
  let variables: Record<string, unknown>;
  const set = (check = false) => play({ lab, host: relay, roles, variables, check });

  before(async function () {
    this.timeout(300_000);
    const made = await servicesLab("dkim");
    const { dns } = made;
    ({ lab, relay } = made);
    variables = { dns_forwarders: [dns.host.address] };
    const run = await set();
    assert.equal(run.exitCode, 0, run.trouble);
    await startPostfix(relay);
    await dns.zone("example");
    await dns.zone("broken.example", "refuse");
    const own = await relay.must(
      "openssl pkey -in /etc/dkimkeys/opendkim.private -pubout -outform DER | base64 -w0",
    );
    await dns.add(
      ...records(),
      txt("opendkim._domainkey.relay.example", `v=DKIM1;k=rsa;p=${own};s=email;t=s`),
    );
  });

  after(() => lab?.down());

  describe("with mail from others", () => {
    let smtp: Smtp;
    before(async () => {
      smtp = await Smtp.open(relay.address, 25);
    });
    after(async () => {
      smtp.close();
      await delivered(relay, 0);
    });

    const judged = (title: string, { message }: Case, verdict: RegExp) =>
      it(title, async () => assert.match(await smtp.send(message), verdict));

    for (const each of verification.accepted) judged(`lets in ${each.title}`, each, /^250 /);
    for (const each of verification.refused) judged(`refuses ${each.title}`, each, REFUSED);
    judged(
      "puts off what it cannot judge while the DNS does not answer",
      verification.undecided,
      /^451 4\.7\.5 /,
    );

    it("asks nothing of a message that a client from this very host sends to port 25", async () => {
      const unsigned = verification.refused[0]?.message ?? "";
      const script = `exec 3<>/dev/tcp/127.0.0.1/25; read -r _ <&3
        printf 'HELO x\\r\\nMAIL FROM:<a@other.example>\\r\\nRCPT TO:<b@relay.example>\\r\\nDATA\\r\\n' >&3
        for _ in 1 2 3 4; do read -r _ <&3; done; cat >&3; printf '\\r\\n.\\r\\n' >&3; read -r reply <&3; echo "$reply"`;
      const reply = await relay.must(["bash", "-c", script], { input: unsigned });
      assert.match(reply.trim(), REFUSED, "being on the same host is no reason to trust");
    });
  });

  describe("with our own mail", () => {
    let smtp: Smtp;
    before(async () => {
      smtp = await Smtp.open(relay.address, 10025);
    });
    after(() => smtp.close());

    const message = [
      "From: <user@relay.example>",
      "To: <someone@other.example>",
      "Subject: [...]",
      "Content-Type: text/plain",
      "Autocrypt: addr=user@relay.example; keydata=AAAA",
      "",
      "Hello.",
      "",
    ].join("\r\n");
    const envelope = { from: "user@relay.example", to: "someone@other.example" };

    it("signs it, so that other relays let it in, and nobody can add a field that matters", async () => {
      assert.match(await smtp.send(message, envelope), /^250 /);
      const [mail = ""] = await delivered(relay);
      const sent = mail.slice(mail.indexOf("DKIM-Signature:")).replaceAll("\n", "\r\n");
      assert.match(sent, /d=relay\.example;\s+s=opendkim;/);
      assert.doesNotMatch(sent, /[;\s]l=/);
      const outside = await Smtp.open(relay.address, 25);
      assert.match(await outside.send(sent), /^250 /);
      for (const field of ["Subject: Other", "From: <user@relay.example>", "Reply-To: <x@evil.example>"]) {
        assert.match(await outside.send(`${field}\r\n${sent}`), REFUSED, field);
      }
      assert.match(await outside.send(sent.replace("Hello.", "Hello!")), REFUSED);
      outside.close();
      await delivered(relay);
    });

    it("signs bounces", async () => {
      assert.match(await smtp.send(message, { ...envelope, to: "gone@other.example" }), /^250 /);
      const [bounce = ""] = await delivered(relay);
      assert.match(bounce, /^DKIM-Signature: .*d=relay\.example/m);
      assert.match(bounce, /^From: .*MAILER-DAEMON@relay\.example/m);
    });

    it("neither signs nor sends what has another author", async () => {
      for (const from of [
        "user@other.example",
        "user@sub.relay.example",
        "user@relay.example, a@other.example",
      ]) {
        const reply = await smtp.send(message.replace("<user@relay.example>", from), envelope);
        assert.match(`${from}: ${reply}`, REFUSED);
      }
    });
  });

  describe("in operation", () => {
    it("changes nothing when it is set up again, and then needs one round trip", async () => {
      const run = await set();
      assert.deepEqual(
        { exitCode: run.exitCode, changed: run.changed },
        { exitCode: 0, changed: [] },
        run.trouble,
      );
      assert.equal(run.roundTrips, 1);
    });

    it("keeps the key of a relay that is taken over, and makes none from half a one", async () => {
      const before = await relay.must("cat /etc/dkimkeys/opendkim.private");
      // As after a copy by root, and with what a run leaves that is cut off while it makes a key.
      await relay.must("chown root:root /etc/dkimkeys/* && echo half >/etc/dkimkeys/opendkim.private.new");
      const run = await set();
      assert.equal(run.exitCode, 0, run.trouble);
      assert.deepEqual(
        run.changed.filter((task) => /key|configuration/i.test(task)),
        ["Let nobody else read the key", "Write OpenDKIM's configuration"],
      );
      assert.equal(await relay.must("cat /etc/dkimkeys/opendkim.private"), before);
      assert.equal(await relay.must("stat -c %U:%a /etc/dkimkeys/opendkim.private"), "opendkim:600\n");
    });

    it("has a key of 2048 bits, which nobody but OpenDKIM can read", async () => {
      const key = createPublicKey(await relay.must("cat /etc/dkimkeys/opendkim.private"));
      assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048);
      assert.notEqual(
        (
          await relay.exec(
            "setpriv --reuid postfix --regid postfix --init-groups cat /etc/dkimkeys/opendkim.private",
          )
        ).status,
        0,
      );
    });

    it("is not restarted with a configuration that it would refuse", async () => {
      const started = "systemctl show --property=InvocationID opendkim";
      const before = await relay.must(started);
      await relay.must(
        "mv /etc/dkimkeys/opendkim.private /root/kept && echo nonsense >/etc/dkimkeys/opendkim.private",
      );
      await relay.must("echo >>/etc/opendkim.conf");
      const run = await set();
      assert.equal(run.exitCode, 2, run.trouble);
      assert.match(run.trouble, /opendkim/);
      assert.equal(await relay.must(started), before);
      await relay.must("mv /root/kept /etc/dkimkeys/opendkim.private");
      const again = await set();
      assert.equal(again.exitCode, 0, again.trouble);
    });

    it("comes back by itself when it ends, and is restarted every day", async () => {
      await relay.must("systemctl kill --signal=KILL opendkim && sleep 1 && systemctl is-active opendkim");
      assert.equal(await relay.must("systemctl show --property=RuntimeMaxUSec --value opendkim"), "1d\n");
      assert.equal(await relay.must("ps -o user= -C opendkim"), "opendkim\n");
    });
  });
});
