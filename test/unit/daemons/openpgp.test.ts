import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as openpgp from "openpgp";
import { ArmorReader } from "../../../roles/chatmaild/daemons/lib/mail/armor.ts";
import { isEncryptedMessage } from "../../../roles/chatmaild/daemons/lib/mail/packets.ts";
import { armor, armored, armorOf } from "./messages.ts";

/** True when the text is one armored encrypted message. */
function accepts(text: string, versionLine = false): boolean {
  const reader = new ArmorReader({ versionLine });
  return (
    text.split("\r\n").every((line) => {
      const bytes = Buffer.from(line, "latin1");
      return reader.line(bytes, 0, bytes.length);
    }) && reader.complete
  );
}

const PKESK = [0xc1, 0x03, 1, 2, 3];
const SKESK = [0xc3, 0x02, 4, 5];
const body = (length: number): number[] => Array(length).fill(0x41);

describe("the OpenPGP packet scanner", () => {
  const check = (packets: number[]): boolean => isEncryptedMessage(Uint8Array.from(packets));

  it("accepts session keys and one encrypted packet that ends with the data", () => {
    assert.ok(check([0xd2, 0x05, ...body(5)]));
    assert.ok(check([...PKESK, ...PKESK, ...SKESK, 0xd2, 0x05, ...body(5)]));
  });

  it("reads lengths of one, two and five octets", () => {
    assert.ok(check([0xd2, 191, ...body(191)]));
    assert.ok(check([0xd2, 192, 0, ...body(192)]));
    assert.ok(check([0xd2, 223, 255, ...body(8383)]));
    assert.ok(check([0xd2, 255, 0, 0, 0x20, 0xc0, ...body(0x20c0)]));
  });

  it("reads chains of partial lengths", () => {
    assert.ok(check([...PKESK, 0xd2, 0xe9, ...body(512), 0xea, ...body(1024), 3, ...body(3)]));
    assert.ok(check([0xd2, 0xe9, ...body(512), 0]));
  });

  it("refuses a chain without its last piece", () => {
    assert.ok(!check([0xd2, 0xe9, ...body(512)]));
    assert.ok(!check([0xd2, 0xe9, ...body(512), 0xe9, ...body(512)]));
  });

  it("reads legacy lengths of one, two and four octets, and refuses the indeterminate one", () => {
    const data = [0xd2, 0x01, 0x41];
    assert.ok(check([0x84, 3, ...body(3), ...data]));
    assert.ok(check([0x85, 0, 3, ...body(3), ...data]));
    assert.ok(check([0x86, 0, 0, 0, 3, ...body(3), ...data]));
    assert.ok(check([0x8c, 3, ...body(3), ...data]));
    assert.ok(!check([0x87, ...body(3), ...data]));
  });

  it("refuses every other packet", () => {
    for (let type = 0; type < 64; type++) {
      const allowed = [1, 3, 18].includes(type);
      assert.equal(check([0xc0 | type, 1, 0x41, 0xd2, 1, 0x41]), allowed && type !== 18, `type ${type}`);
      if (type < 16)
        assert.equal(check([0x80 | (type << 2), 1, 0x41, 0xd2, 1, 0x41]), allowed, `legacy type ${type}`);
    }
  });

  it("refuses trailing bytes, a second message, truncation and nothing at all", () => {
    assert.ok(!check([]));
    assert.ok(!check(PKESK));
    assert.ok(!check([0xd2, 5, ...body(5), 0x41]));
    assert.ok(!check([0xd2, 5, ...body(5), 0xd2, 5, ...body(5)]));
    assert.ok(!check([0xd2, 5, ...body(5), ...PKESK]));
    assert.ok(!check([0xd2, 5, ...body(4)]));
    assert.ok(!check([0xd2, 192]));
    assert.ok(!check([0xd2]));
    assert.ok(!check([0x12, 5, ...body(5)]));
    assert.ok(!check([0xd2, 255, 255, 255, 255, 255, ...body(100)]));
  });

  it("refuses partial lengths of session keys", () => {
    assert.ok(!check([0xc1, 0xe1, 1, 2, 1, 3, 0xd2, 1, 0x41]));
  });
});

describe("the armor reader", () => {
  const packets = Uint8Array.from([...PKESK, 0xd2, 0x05, ...body(5)]);

  it("accepts what OpenPGP.js makes, for keys and for passwords, short and long", async () => {
    assert.ok(accepts(await armored()));
    assert.ok(accepts(await armor({ text: "x", passwords: "p" })));
    assert.ok(accepts(await armor({ text: "long ".repeat(100_000), passwords: "p" })));
  });

  it("accepts what GnuPG makes", function () {
    this.timeout(30_000);
    const arguments_ = [
      "--batch",
      "--armor",
      "--symmetric",
      "--pinentry-mode",
      "loopback",
      "--passphrase",
      "p",
      "-o",
      "-",
    ];
    let text: string;
    try {
      text = execFileSync("gpg", arguments_, {
        input: "hello ".repeat(20_000),
        stdio: ["pipe", "pipe", "ignore"],
      }).toString();
    } catch {
      return this.skip();
    }
    assert.ok(accepts(text.trimEnd().replace(/\n/g, "\r\n")));
  });

  it("accepts armor with and without a checksum and with any padding", () => {
    for (let length = 1; length < 70; length++) {
      const data = Uint8Array.from([0xd2, length, ...body(length)]);
      assert.ok(accepts(armorOf(data)), `length ${length}`);
      assert.ok(accepts(armorOf(data, "=abcd")), `length ${length} with checksum`);
    }
  });

  it("accepts trailing blank lines, and nothing else after the end", () => {
    assert.ok(accepts(`${armorOf(packets)}\r\n\r\n\r\n`));
    assert.ok(!accepts(`${armorOf(packets)}\r\nx`));
    assert.ok(!accepts(`${armorOf(packets)}\r\n\r\n${armorOf(packets)}`));
    assert.ok(!accepts(`${armorOf(packets)} `));
  });

  it("refuses text before, a missing end and a wrong label", () => {
    assert.ok(!accepts(`\r\n${armorOf(packets)}`));
    assert.ok(!accepts(`Hi\r\n${armorOf(packets)}`));
    assert.ok(!accepts(armorOf(packets).replace(/\r\n-----END.*$/, "")));
    assert.ok(!accepts(armorOf(packets).replaceAll("MESSAGE", "SIGNATURE")));
    assert.ok(!accepts(armorOf(packets).replace("-----BEGIN", "----- BEGIN")));
  });

  it("allows no armor header, but one version line where told so", () => {
    const withLine = (line: string): string => armorOf(packets).replace("-----\r\n", `-----\r\n${line}\r\n`);
    assert.ok(!accepts(withLine("Version: ProtonMail")));
    assert.ok(accepts(withLine("Version: ProtonMail"), true));
    assert.ok(!accepts(withLine("Version: 1\r\nVersion: 2"), true));
    assert.ok(!accepts(withLine("Comment: hello"), true));
    assert.ok(!accepts(withLine("Version: a\tb"), true));
  });

  it("refuses what is not strict base64", () => {
    const base64 = Buffer.from(packets).toString("base64");
    for (const bent of [
      ` ${base64}`,
      `${base64} `,
      base64.replace("wQ", "w Q"),
      `${base64}\r\n`,
      base64.slice(0, -1),
      `${base64}=`,
      base64.replace("A", "*"),
      base64.replace("A", "-"),
      `${base64}\r\nhello`,
    ])
      assert.ok(!accepts(armorOf(packets).replace(base64, bent)), JSON.stringify(bent));
  });

  it("refuses base64 with bits left over and padding in the middle", () => {
    const data = armorOf(Uint8Array.from([0xd2, 2, 0x41, 0x41]));
    assert.ok(data.includes("0gJBQQ=="));
    assert.ok(accepts(data));
    assert.ok(!accepts(data.replace("0gJBQQ==", "0gJBQR==")));
    assert.ok(!accepts(data.replace("0gJBQQ==", "0gJBQQ==\r\nQUJD")));
    assert.ok(!accepts(data.replace("0gJBQQ==", "0gJB\r\nQQ=\r\n=")));
  });

  it("refuses a checksum that is none", () => {
    for (const checksum of ["=hello", "=abc", "=ab d", "==abc", "=abcd\r\n=abcd", "=abcd\r\nabcd"])
      assert.ok(!accepts(armorOf(packets, checksum)), checksum);
  });

  it("refuses empty data, other packets and prose", async () => {
    assert.ok(!accepts(armorOf(new Uint8Array())));
    assert.ok(!accepts(armorOf(new Uint8Array(), "=njUN")));
    assert.ok(!accepts(armorOf(Uint8Array.from([0xcb, 5, ...body(5)]))));
    assert.ok(!accepts(armorOf(packets).replace(Buffer.from(packets).toString("base64"), "HELLOWORLD")));
    const literal = await openpgp.createMessage({ text: "in the clear" });
    assert.ok(!accepts(literal.armor().trimEnd().replace(/\r?\n/g, "\r\n")));
  });

  it("reads data however it is cut into lines", () => {
    const big = Buffer.from(
      Uint8Array.from([...PKESK, 0xd2, 0xe9, ...body(512), 100, ...body(100)]),
    ).toString("base64");
    for (let width = 1; width < 80; width++) {
      const data = (big.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\r\n");
      assert.ok(
        accepts(`-----BEGIN PGP MESSAGE-----\r\n\r\n${data}\r\n-----END PGP MESSAGE-----`),
        `width ${width}`,
      );
    }
  });
});
