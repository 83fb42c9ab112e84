import assert from "node:assert/strict";
import { selectHosts } from "../../../runner/inventory/pattern.ts";
import { expandRange } from "../../../runner/inventory/range.ts";
import { loadText } from "./load-text.ts";

const { inventory } = loadText(`
all:
  children:
    web: {hosts: {"w[1:3]": }}
    db: {hosts: {d1: , w3: }}
    live: {hosts: {w1: , d1: }}
`);

describe("host patterns", () => {
  const cases: [pattern: string | string[], hosts: string][] = [
    ["all", "w1 w2 w3 d1"],
    ["web", "w1 w2 w3"],
    ["web,db", "w1 w2 w3 d1"],
    ["web:db", "w1 w2 w3 d1"],
    ["web:&live", "w1"],
    ["web:!live", "w2 w3"],
    ["!live", "w2 w3"],
    ["!live:web:&db", "w3"],
    ["w*", "w1 w2 w3"],
    ["?1", "w1 d1"],
    ["web[0]", "w1"],
    ["web[-1]", "w3"],
    ["web[0:1]", "w1 w2"],
    [["db", "w1"], "d1 w3 w1"],
    ["db[0-1]", "d1 w3"],
    ["web[1:]", "w2 w3"],
    ["localhost", "localhost"],
    ["127.0.0.1,w1", "127.0.0.1 w1"],
    ["w3,w1", "w3 w1"],
    ["~w[12]", "w1 w2"],
  ];
  for (const [pattern, hosts] of cases) {
    it(`${JSON.stringify(pattern)} chooses ${hosts}`, () => {
      assert.deepEqual(selectHosts(pattern, inventory), { hosts: hosts.split(" "), unknown: [] });
    });
  }

  it("names what it does not know", () => {
    assert.deepEqual(selectHosts("web,nobody", inventory), {
      hosts: ["w1", "w2", "w3"],
      unknown: ["nobody"],
    });
  });
});

describe("host ranges", () => {
  const cases: [pattern: string, names: string][] = [
    ["h[1:3]", "h1 h2 h3"],
    ["h[08:10]", "h08 h09 h10"],
    ["h[a:c].x", "ha.x hb.x hc.x"],
    ["h[0:10:5]", "h0 h5 h10"],
    ["h[1:2]-[a:b]", "h1-a h1-b h2-a h2-b"],
    ["host.example", "host.example"],
  ];
  for (const [pattern, names] of cases)
    it(`${pattern} is ${names}`, () => assert.equal([expandRange(pattern)].flat().join(" "), names));

  for (const wrong of ["h[1]", "h[3:1]", "h[a:1]", "h[1:2", "h[1:999999999]", "two words"]) {
    it(`${wrong} is refused`, () => assert.equal(typeof expandRange(wrong), "string"));
  }
});
