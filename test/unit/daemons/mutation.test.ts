import assert from "node:assert/strict";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { outgoing, type Verdict } from "../../../roles/chatmaild/daemons/lib/filter/rules.ts";
import { readMessage } from "../../../roles/chatmaild/daemons/lib/mail/reading.ts";
import { ALICE, armored, BOB, pgpMime, secureJoin } from "./messages.ts";

const MARK = "TOPSECRET";

/** One change: at a place in the message, some bytes are replaced by some text. */
interface Change {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const PIECES = [
  "",
  MARK,
  `${MARK}\r\n`,
  `\r\n${MARK}\r\n`,
  `--b0undary\r\n\r\n${MARK}\r\n`,
  `--b0undary\r\nContent-Type: text/plain\r\n\r\n${MARK}\r\n`,
  `--b0undary--\r\n${MARK}\r\n`,
  `--x\r\n\r\n${MARK}\r\n`,
  "--b0undary",
  "--",
  "\r\n",
  "\r\n\r\n",
  " ",
  "\t",
  ".",
  "=",
  '"',
  ";",
  "Content-Type: text/plain\r\n",
  "Content-Type: multipart/mixed; boundary=x\r\n",
  "Content-Transfer-Encoding: quoted-printable\r\n",
  "Content-Transfer-Encoding: base64\r\n",
  "; boundary=x",
  "boundary*0=x; ",
  "Version: 1",
  "-----BEGIN PGP MESSAGE-----\r\n",
  "-----END PGP MESSAGE-----\r\n",
  "\n",
  "\r",
  "\0",
  "\xff",
] as const;

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 80 }) },
  ),
  insert: fc.constantFrom(...PIECES),
});

function mutate(message: Buffer, changes: readonly Change[]): Buffer {
  let text = message.toString("latin1");
  for (const { at, remove, insert } of changes) {
    // At line breaks more often than not: that is where a structure breaks.
    const place = Math.floor(at * text.length);
    const lineStart = text.indexOf("\r\n", place) + 2;
    const start = place % 3 === 0 || lineStart < 2 ? place : lineStart;
    text = text.slice(0, start) + insert + text.slice(start + remove);
  }
  return Buffer.from(text, "latin1");
}

function verdictOf(data: Buffer): Verdict["action"] {
  const reading = readMessage(data, { incoming: false });
  if (!reading) return "refuse";
  return outgoing({
    reading,
    size: data.length,
    maxSize: 1_000_000,
    wellFramed: true,
    mailFrom: ALICE,
    recipients: [{ address: BOB, disabled: false, enforcing: true }],
    disabled: false,
  }).action;
}

/** What a mail reader would show or offer to open, with mailparser standing for the reader. */
async function shown(
  data: Buffer,
): Promise<{ readonly text: string; readonly attachments: readonly string[] }> {
  const unstuffed = data.toString("latin1").replace(/^\./gm, "");
  const mail = await simpleParser(Buffer.from(unstuffed, "latin1"));
  return {
    text: `${mail.text ?? ""}${mail.html || ""}`.trim(),
    attachments: mail.attachments.map(({ content }) => content.toString("latin1").trim()),
  };
}

describe("a message changed at random", function () {
  this.timeout(120_000);

  it("is refused, or is still an encrypted message and shows nothing in the clear", async () => {
    const original = pgpMime({ data: await armored() });
    assert.equal(verdictOf(original), "accept");
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const data = mutate(original, changes);
        if (verdictOf(data) === "refuse") return;
        accepted++;
        const { text, attachments } = await shown(data);
        assert.equal(text, "");
        assert.equal(attachments.length, 2);
        assert.equal(attachments[0], "Version: 1");
        assert.match(
          attachments[1] ?? "",
          /^-----BEGIN PGP MESSAGE-----\r?\n\r?\n[A-Za-z0-9+/=\r\n]+-----END PGP MESSAGE-----$/,
        );
        assert.ok(!attachments.join("").includes(`${MARK}\r\n${MARK}`));
      }),
      { numRuns: 5000 },
    );
    assert.ok(accepted > 50, `only ${accepted} of the changed messages were accepted: the test shows little`);
  });

  it("is refused, or is still a Secure-Join request and shows nothing else", async () => {
    const original = secureJoin();
    assert.equal(verdictOf(original), "accept");
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const data = mutate(original, changes);
        if (verdictOf(data) === "refuse") return;
        const { text, attachments } = await shown(data);
        assert.match(text, /^secure-join: v[cg]-request$/i);
        assert.deepEqual(attachments, []);
      }),
      { numRuns: 5000 },
    );
  });

  it("never makes the scanner fail, whatever its bytes are", async () => {
    const original = pgpMime({ data: await armored() });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 20 }),
        fc.uint8Array({ maxLength: 200 }),
        (changes, noise) => {
          verdictOf(Buffer.concat([mutate(original, changes), noise]));
          verdictOf(Buffer.from(noise));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
