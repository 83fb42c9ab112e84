// What a zone's text defines (RFC 1035, section 5), and what is added to it.
import assert from "node:assert/strict";
import { completeZone, recordsOf } from "../../lab/zone-text.ts";

const server = { name: "ns.lab.internal", serial: 7 };
const addedSoa = "relay.example. 60 IN SOA ns.lab.internal. hostmaster.relay.example. 7 3600 600 604800 1\n";
const addedNs = "relay.example. 60 IN NS ns.lab.internal.\n";

const records: [title: string, text: string, expected: string[]][] = [
  [
    "absolute, relative and the zone's own name",
    "relay.example. A 1\nwww A 2\n@ A 3",
    [". A", "www A", ". A"],
  ],
  ["TTL and class in any order, or none", "a 60 IN A 1\nb IN 1h A 1\nc A 1", ["a A", "b A", "c A"]],
  ["lines that start with white space", "a A 1\n  AAAA ::1\n\tTXT x", ["a A", "a AAAA", "a TXT"]],
  ["a record in parentheses", "@ SOA a. b. ( 1 ; serial )\n 2 3 4 5 )\na A 1", [". SOA", "a A"]],
  ["texts with comment signs and line ends", 'a TXT "x;( \\" y\nz" "w"\nb A 1', ["a TXT", "b A"]],
  ["comments and empty lines", "; a A 1\n\na A 1 ; b A 1\n", ["a A"]],
  [
    "other origins",
    "$ORIGIN sub\nwww A 1\n$ORIGIN other.example.\nwww A 1",
    ["www.sub A", "www.other.example. A"],
  ],
  ["capital letters", "WWW in a 1", ["www A"]],
  ["a default TTL", "$TTL 60\n@ MX 10 mx", [". MX"]],
];

describe("the text of a zone", () => {
  for (const [title, text, expected] of records) {
    it(`is read with ${title}`, () => {
      const found = recordsOf("relay.example", text).map(({ owner, type }) => {
        if (owner === "relay.example") return `. ${type}`;
        const short = owner.endsWith(".relay.example")
          ? owner.slice(0, -".relay.example".length)
          : `${owner}.`;
        return `${short} ${type}`;
      });
      assert.deepEqual(found, expected);
    });
  }

  it("gets SOA and NS when it has none", () => {
    assert.equal(completeZone("relay.example", "@ A 1", server), `@ A 1\n${addedSoa}${addedNs}`);
  });

  it("gets NS of the zone also when a part of it is somebody else's", () => {
    assert.equal(completeZone("relay.example", "sub NS x.\n", server), `sub NS x.\n${addedSoa}${addedNs}`);
  });

  it("keeps its own", () => {
    const text = "relay.example. IN SOA a. b. 1 2 3 4 5\nrelay.example. 60 IN NS a.\n";
    assert.equal(completeZone("relay.example", text, server), text);
  });
});
