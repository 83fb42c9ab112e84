import assert from "node:assert/strict";
import fc from "fast-check";
import { parseContentType } from "../../../roles/chatmaild/daemons/lib/mail/content-type.ts";
import { parseFrom } from "../../../roles/chatmaild/daemons/lib/mail/from.ts";
import { DataLines, readDataLines } from "../../../roles/chatmaild/daemons/lib/mail/lines.ts";

describe("the framing of DATA", () => {
  const valid = (text: string): boolean => readDataLines(Buffer.from(text, "latin1"), () => undefined);

  it("accepts lines that end with CRLF, dot-stuffed lines and bytes of any value", () => {
    for (const text of [
      "a\r\n",
      "\r\n",
      "a\r\n..\r\nb\r\n",
      "..\r\n",
      "...\r\n",
      ".a\r\n",
      "\x00\xff\xfe\r\n",
    ])
      assert.ok(valid(text), JSON.stringify(text));
  });

  it("refuses lone CR, lone LF, a lone dot, a missing end and nothing at all", () => {
    for (const text of [
      "",
      "a",
      "a\n",
      "a\r",
      "a\nb\r\n",
      "a\rb\r\n",
      "a\r\r\n",
      "a\r\n.\r\nb\r\n",
      "a\n.\nb\r\n",
      "a\r.\rb\r\n",
      "a\n.\r\nb\r\n",
      "a\r\n.\nb\r\n",
      ".\r\n",
      ".\r\nb\r\n",
      "a\r\nb",
      "a\r\n\r",
    ])
      assert.ok(!valid(text), JSON.stringify(text));
  });

  it("finds the end, the lines and the faults in whatever pieces the bytes come", () => {
    const piece = fc.constantFrom("\r\n", ".", "\r\n.\r\n", "\r", "\n", "a", "bc", "..", "\r\n..");
    const read = (chunks: readonly Buffer[]): unknown[] => {
      const seen: string[] = [];
      const reader = new DataLines((bytes, start, end) => seen.push(bytes.toString("latin1", start, end)));
      let before = 0;
      for (const chunk of chunks) {
        const end = reader.push(chunk);
        if (end) return [seen, reader.broken, reader.size, before + end.used, before + end.next];
        before += chunk.length;
      }
      return [seen, reader.broken, reader.size, reader.complete];
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const whole = Buffer.from(pieces.join(""));
        const bytes = Array.from(whole, (byte) => Buffer.of(byte));
        assert.deepEqual(read(bytes), read([whole]));
        assert.deepEqual(read(pieces.map((text) => Buffer.from(text))), read([whole]));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("Content-Type", () => {
  it("is read by the letter", () => {
    const type = parseContentType('Multipart/Mixed;\tboundary="a b";  charset=utf-8 ; name="x\\"y;z";');
    assert.equal(type?.type, "multipart/mixed");
    assert.deepEqual(
      [...(type?.parameters ?? [])],
      [
        ["boundary", "a b"],
        ["charset", "utf-8"],
        ["name", 'x\\"y;z'],
      ],
    );
  });

  it("is nothing where two readers could differ", () => {
    for (const value of [
      "",
      "text",
      "text/plain/x",
      "text/plain (comment)",
      'text/plain; boundary="a',
      "text/plain; boundary = a",
      "text/plain; boundary=a; boundary=b",
      "text/plain; boundary=a; BOUNDARY=b",
      "text/plain; boundary*=utf-8''a",
      "text/plain; boundary*0=a; boundary*1=b",
      'text/plain; boundary="a"b',
      "text/plain boundary=a",
      "text/plain; boundary=a,b",
      "multipart/mixed; boundary=é",
    ])
      assert.equal(parseContentType(value), undefined, value);
  });
});

describe("the From field", () => {
  it("gives its one address", () => {
    for (const value of [
      "a@b.org",
      "<a@b.org>",
      "Alice <a@b.org>",
      '"Alice, the \\"first\\"" <a@b.org>',
      "=?utf-8?q?Z=C3=B6e?= =?utf-8?q?_X?= <a@b.org>",
      "Z\xf6e M. <a@b.org>",
      '"x@y.org"<a@b.org>',
      "a@b.org (Mail Delivery System)",
      "Alice\t <a@b.org>",
      "=?utf-8?q?I_=3C3_you?= <a@b.org>",
      "=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <a@b.org>",
    ])
      assert.equal(parseFrom(value), "a@b.org", value);
    assert.equal(parseFrom("<a@[1.2.3.4]>"), "a@[1.2.3.4]");
    assert.equal(parseFrom("A.b+c@_x.org"), "A.b+c@_x.org");
  });

  it("gives none where there is not exactly one beyond doubt", () => {
    for (const value of [
      "",
      "Alice",
      "a@b.org, c@d.org",
      "<a@b.org>, <c@d.org>",
      "<a@b.org> <c@d.org>",
      "a@b.org <c@d.org>",
      "Alice <a@b.org> x",
      "Friends: a@b.org;",
      "Friends: a@b.org, c@d.org;",
      '"a@b.org <c@d.org>',
      "(c@d.org) a@b.org",
      "a@b.org (x <c@d.org>)",
      "<a@b@c.org>",
      "a@b@c.org",
      "<<a@b.org>>",
      '"a"@b.org',
      "a @b.org",
      "<a@b.org",
      "Alice, Bob <a@b.org>",
      "Alice; Bob <a@b.org>",
      "a\xf6@b.org",
      "a@b.org\0",
      "<@x.org:a@b.org>",
      "=?utf-8?q?c=40d.org=00?=@b.org",
      "x <=?utf-8?q?c=40d.org?=@b.org>",
      "=?utf-8?q?=3Cc=40d.org=3E?= <a@b.org>",
      `=?utf-8?b?${Buffer.from("<c@d.org>").toString("base64")}?= <a@b.org>`,
      "=?utf-8?q?Alice=0D=0AX?= <a@b.org>",
      "\xa0a@b.org",
    ])
      assert.equal(parseFrom(value), undefined, value);
  });
});
