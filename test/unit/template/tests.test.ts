// One line for every test: an expression that holds, and one that does not.

import assert from "node:assert/strict";
import { allTests } from "../../../runner/template/index.ts";
import { evaluated } from "./given.ts";

const cases: Readonly<Record<string, readonly [holds: string, not: string]>> = {
  defined: ["one is defined", "missing is defined"],
  undefined: ["one.missing is undefined", "one is undefined"],
  none: ["nothing is none", "one is none"],
  boolean: ["true is boolean", "one is boolean"],
  true: ["true is true", "1 is true"],
  false: ["false is false", "0 is false"],
  truthy: ["[0] is truthy", "[] is truthy"],
  falsy: ["'' is falsy", "'false' is falsy"],
  string: ["'a' is string", "1 is string"],
  number: ["1.5 is number", "'1' is number"],
  integer: ["1 is integer", "1.0 is integer"],
  float: ["1.0 is float", "1 is float"],
  mapping: ["{} is mapping", "[] is mapping"],
  sequence: ["[] is sequence", "1 is sequence"],
  iterable: ["'a' is iterable", "1 is iterable"],
  callable: ["range is callable", "one is callable"],
  sameas: ["true is sameas true", "1 is sameas true"],
  filter: ["'upper' is filter", "'upperr' is filter"],
  test: ["'odd' is test", "'oddd' is test"],
  eq: ["[1] is eq [1]", "[1] is eq [2]"],
  "==": ["[1] | select('==', 1) | length", "[1] | select('==', 2) | length"],
  equalto: ["1 is equalto 1.0", "'1' is equalto 1"],
  ne: ["1 is ne 2", "1 is ne 1"],
  "!=": ["[1] | select('!=', 2) | length", "[1] | select('!=', 1) | length"],
  lt: ["1 is lt 2", "2 is lt 2"],
  "<": ["[1] | select('<', 2) | length", "[1] | select('<', 1) | length"],
  lessthan: ["1 is lessthan 2", "2 is lessthan 2"],
  le: ["2 is le 2", "3 is le 2"],
  "<=": ["[1] | select('<=', 1) | length", "[2] | select('<=', 1) | length"],
  gt: ["2 is gt 1", "1 is gt 1"],
  ">": ["[2] | select('>', 1) | length", "[1] | select('>', 1) | length"],
  greaterthan: ["2 is greaterthan 1", "1 is greaterthan 1"],
  ge: ["1 is ge 1", "0 is ge 1"],
  ">=": ["[1] | select('>=', 1) | length", "[0] | select('>=', 1) | length"],
  in: ["1 is in [1]", "'z' is in 'abc'"],
  even: ["2 is even", "1 is even"],
  odd: ["1 is odd", "2 is odd"],
  divisibleby: ["6 is divisibleby 3", "6 is divisibleby(4)"],
  nan: ["('nan' | float) is nan", "1.0 is nan"],
  isnan: ["('nan' | float) is isnan", "1 is isnan"],
  lower: ["'a' is lower", "'A' is lower"],
  upper: ["'A' is upper", "'a' is upper"],
  match: ["'abc' is match('ab')", "'abc' is match('bc')"],
  search: ["'abc' is search('BC', ignorecase=true)", "'abc' is search('BC')"],
  regex: ["'abc' is regex('bc')", "'abc' is regex('bc', match_type='match')"],
  version: ["'1.10' is version('1.9', '>')", "'1.10' is version('1.9', '<')"],
  version_compare: ["'12' is version_compare('12')", "'12' is version_compare('12.1')"],
  subset: ["[1] is subset([1, 2])", "[3] is subset([1, 2])"],
  issubset: ["[] is issubset([])", "[1] is issubset([])"],
  superset: ["[1, 2] is superset([1])", "[1, 2] is superset([3])"],
  issuperset: ["[1] is issuperset([1])", "[] is issuperset([1])"],
  contains: ["[1] is contains 1", "{'a': 1} is contains('b')"],
  all: ["[1, 2] is all", "[1, 0] is all"],
  any: ["[0, 1] is any", "[0, 0] is any"],
  failed: ["{'failed': true} is failed", "{'rc': 0} is failed"],
  failure: ["{'failed': true} is failure", "{'failed': false} is failure"],
  succeeded: ["{'rc': 0} is succeeded", "{'failed': true} is succeeded"],
  success: ["{} is success", "{'failed': true} is success"],
  successful: ["{} is successful", "{'failed': true} is successful"],
  changed: ["{'changed': true} is changed", "{'changed': false} is changed"],
  change: ["{'results': [{'changed': true}]} is change", "{'results': []} is change"],
  skipped: ["{'skipped': true} is skipped", "{'changed': true} is skipped"],
  skip: ["{'skipped': true} is skip", "{} is skip"],
  unreachable: ["{'unreachable': true} is unreachable", "{} is unreachable"],
  reachable: ["{} is reachable", "{'unreachable': true} is reachable"],
};

describe("the test", () => {
  for (const { name, aliases = [], doc } of allTests) {
    for (const each of [name, ...aliases]) {
      const [holds, not] = cases[each] ?? ["missing test", ""];
      it(`${each} holds for ${holds}, and not for ${not}`, () => {
        const variables = { one: 1, nothing: null };
        assert.ok(evaluated(holds, variables));
        assert.ok(!evaluated(not, variables));
        assert.match(doc, /^[A-Z].*\.$/);
      });
    }
  }
});
