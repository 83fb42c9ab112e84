// doveauth on its socket, with a mail directory. Whatever a peer sends: the daemon goes on, answers are in order, and
// only directories of well-formed addresses come to be.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dictFront } from "../../../roles/chatmaild/daemons/lib/auth/dict-front.ts";
import { accountsOf } from "../../../roles/chatmaild/daemons/lib/auth/policy.ts";
import { parseConfig } from "../../../roles/chatmaild/daemons/lib/config.ts";
import { startDictServer } from "../../../roles/chatmaild/daemons/lib/dict/server.ts";
import { usersOf } from "../../../roles/chatmaild/daemons/lib/users.ts";
import { Talk } from "../../unit/daemons/talk.ts";
import { pieces, type Target } from "../target.ts";

const CORPUS = [
  "H3\t2\t0\t\tauth\nLshared/userdb/alice1234@relay.test\talice1234@relay.test\n",
  'Lshared/passdb/correct-horse"alice1234@relay.test\talice1234@relay.test\n',
  'Lshared/passdb/a/b\\"c\\\'d\\\\e-word"bobby1234@relay.test\tx\nLshared/other\n',
  "B1\tu\nS1\tkey\tvalue\nC1\nR1\nI0\t0\tshared/userdb/\n",
];
const TOKENS = [
  ...[
    "L",
    "I0\t0\t",
    "B1\t",
    "S1\t",
    "C1\n",
    "shared/passdb/",
    "shared/userdb/",
    "@relay.test",
    "../",
    "/",
    "\u00010",
  ],
  ...[
    '"',
    '\\"',
    "\\",
    "\u0001t",
    "\u0001n",
    "\u0001",
    "\n\n",
    "\t",
    "x".repeat(600),
    "\u0001x",
    "\xc3\xa4",
    "\n",
  ],
];
const PROBE = "probe1234@relay.test";

export async function dictTarget(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), "fuzz-dict-"));
  const mailboxes = join(directory, "mail");
  mkdirSync(mailboxes);
  const config = parseConfig(`[params]\nmail_domain = relay.test\nmailboxes_dir = ${mailboxes}\n`);
  const users = usersOf(config);
  const log = (line: string): void => assert.ok(!line.includes("horse"), "a password is in the log");
  const machine = { load1m: () => 0, availableMemory: async () => 2 ** 40, freeDisk: async () => 2 ** 40 };
  const hash = async (password: string): Promise<string> => `{PLAIN}${password}`;
  const accounts = accountsOf({ config, users, hash, machine, log, noCreateFile: join(directory, "none") });
  const front = dictFront({ accounts, list: users.list, log });
  const path = join(directory, "socket");
  const server = await startDictServer({ listen: { path }, handlerFor: () => front, log });
  await users.create(PROBE, "{PLAIN}x");
  return {
    name: "dict",
    corpus: CORPUS.map((text) => Buffer.from(text, "latin1")),
    tokens: TOKENS,
    check: async (input, random) => {
      const talk = new Talk({ path });
      for (const piece of pieces(input, random).slice(0, 50)) talk.send(piece);
      talk.send(`\nLshared/userdb/${PROBE}\tx\n`);
      talk.socket.end("\n");
      assert.match(await talk.untilClosed(), /^([ONF][^\n]*\n|\n)*$/);
      const other = new Talk({ path });
      other.send(`Lshared/userdb/${PROBE}\tx\n`);
      assert.match(await other.until(/\n/), /^O\{"addr":"probe1234@relay.test"/);
      other.end();
      for (const name of readdirSync(mailboxes)) {
        assert.match(name, /^[a-z0-9._-]{9}@relay\.test$/);
        if (name !== PROBE) rmSync(join(mailboxes, name), { recursive: true });
      }
      assert.deepEqual(readdirSync(directory).sort(), ["mail", "socket"]);
    },
    end: async () => {
      await server.close(100);
      rmSync(directory, { recursive: true });
    },
  };
}
