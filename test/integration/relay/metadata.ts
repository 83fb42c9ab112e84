// What apps set and ask by IMAP METADATA (RFC 5464), and that a device is woken when a message comes.
import assert from "node:assert/strict";
import type { ImapFlow } from "imapflow";
import { type Account, messages, newAccount, openMailbox } from "./mailbox.ts";
import type { NotificationServer } from "./notification-server.ts";
import { encryptedMessage, newPublicKey } from "./pgp-message.ts";
import type { Relay } from "./relay.ts";
import { type Server, SmtpSession } from "./smtp-session.ts";

export function metadata(relay: () => Relay, notifications: () => NotificationServer): void {
  let server: Server;
  let alice: Account;
  let bob: Account;

  before(async () => {
    server = await relay().server();
  });

  beforeEach(async () => {
    [alice, bob] = [newAccount(server), newAccount(server)];
    await (await openMailbox(server, alice)).logout();
    await (await openMailbox(server, bob)).logout();
  });

  const send = async (to: readonly Account[]) => {
    const envelope = { from: alice.address, to: bob.address };
    const message = await encryptedMessage(envelope, await newPublicKey(bob.address), "wake up");
    const session = await SmtpSession.login(server, 465, alice.address, alice.password);
    const recipients = to.map(({ address }) => address);
    assert.equal((await session.send(alice.address, recipients, message)).code, 250);
    await session.quit();
  };

  it("Devices are woken by the tokens that they have set, and nobody by a message of one's own", async () => {
    await setToken(server, bob, "bobs-phone:1");
    assert.equal(await setToken(server, bob, "bobs-tablet:2"), "bobs-phone:1 bobs-tablet:2");
    await setToken(server, alice, "alices-phone:3");
    await send([bob, alice]);
    await messages(server, alice, 1);
    await send([bob]);
    const told = await notifications().told(4);
    assert.deepEqual(told.toSorted(), ["bobs-phone:1", "bobs-phone:1", "bobs-tablet:2", "bobs-tablet:2"]);
  });

  it("A device is told of a message that came while metadata was away", async () => {
    await setToken(server, bob, "bobs-phone:4");
    await relay().host.must("systemctl kill --signal=KILL chatmail-metadata.service");
    await send([bob]);
    assert.deepEqual(await notifications().told(1), ["bobs-phone:4"]);
  });

  it("Tokens are one's own: nobody else sees them, and no log has them", async () => {
    await setToken(server, bob, "bobs-phone:5");
    const client = await openMailbox(server, alice);
    assert.equal(await ask(client, "INBOX", "/private/devicetoken"), "");
    await client.logout();
    const { status } = await relay().host.exec("journalctl --boot --no-pager | grep -F bobs-phone");
    assert.equal(status, 1);
  });

  it("Apps get credentials with which the TURN server leads to others, but not into the relay itself", async () => {
    const client = await openMailbox(server, alice);
    const told = (await ask(client, "", "/shared/vendor/deltachat/turn")) ?? "";
    await client.logout();
    const [, domain, user, password] = /^(.+):3478:([0-9]{10}):(\S+)$/.exec(told) ?? [];
    assert.equal(domain, server.name);
    const twoDays = 2 * 24 * 3600;
    assert.ok(Math.abs(Number(user) - Date.now() / 1000 - twoDays) < 3600, told);
    const call = (secret: string, args: string) =>
      relay().host.exec(
        `timeout 20 turnutils_uclient -n 1 -u ${user} -w '${secret}' ${args} ${server.address}`,
      );
    assert.match((await call(password ?? "", "-y")).stdout, /Total lost packets 0 /);
    assert.match((await call("wrong", "-y")).stdout, /Cannot complete Allocation/);
    assert.match((await call(password ?? "", "-e 127.0.0.1")).stdout, /403 \(Forbidden IP\)/);
    const { status } = await relay().host.exec(
      `journalctl --boot --unit=coturn --unit=chatmail-turn --no-pager | grep -F ${server.address}`,
    );
    assert.equal(status, 1);
  });

  it("Apps are told what the relay offers, and cannot set it", async () => {
    const client = await openMailbox(server, alice);
    assert.equal(await ask(client, "", "/shared/vendor/deltachat/maxsmtprecipients"), "1000");
    assert.equal(await ask(client, "", "/shared/vendor/deltachat/irohrelay"), undefined);
    await assert.rejects(set(client, "", "/shared/vendor/deltachat/irohrelay", "https://evil.example.org"));
    await client.logout();
  });
}

/** Sets a token as an app does, and gives all that the account then has. */
export async function setToken(server: Server, account: Account, token: string): Promise<string | undefined> {
  const client = await openMailbox(server, account);
  await set(client, "INBOX", "/private/devicetoken", token);
  const tokens = await ask(client, "INBOX", "/private/devicetoken");
  await client.logout();
  return tokens;
}

/** imapflow has no METADATA, but a way to give any command, which its types leave out. */
interface Commands {
  exec(command: string, attributes: readonly unknown[], options?: Untagged): Promise<{ next(): void }>;
}
interface Untagged {
  readonly untagged: {
    METADATA(response: { attributes: [unknown, [unknown, { value: Buffer | null } | null]] }): Promise<void>;
  };
}

const atom = (value: string) => ({ type: "ATOM", value });
const string = (value: string) => ({ type: "STRING", value });

async function set(client: ImapFlow, mailbox: string, entry: string, value: string): Promise<void> {
  const { exec } = client as unknown as Commands;
  const attributes = [string(mailbox), [atom(entry), string(value)]];
  (await exec.call(client, "SETMETADATA", attributes)).next();
}

async function ask(client: ImapFlow, mailbox: string, entry: string): Promise<string | undefined> {
  const { exec } = client as unknown as Commands;
  let found: string | undefined;
  const untagged: Untagged["untagged"] = {
    METADATA: async ({ attributes }) => {
      found = attributes[1][1]?.value?.toString();
    },
  };
  (await exec.call(client, "GETMETADATA", [string(mailbox), [atom(entry)]], { untagged })).next();
  return found;
}
