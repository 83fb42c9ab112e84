// Data of a remote host is hostile: no name in it or asked of it leads into JavaScript.

import assert from "node:assert/strict";
import { evaluated, rendered } from "./given.ts";

const NAMES = [
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "length",
  "push",
  "__class__",
];
const VALUES: Readonly<Record<string, unknown>> = {
  text: "a",
  list: [1],
  map: { k: 1 },
  number: 5,
  truth: true,
  none: null,
};

describe("a template cannot reach", () => {
  for (const name of NAMES) {
    for (const [kind, value] of Object.entries(VALUES)) {
      it(`${name} of a ${kind}`, () => {
        assert.equal(evaluated(`value.${name} is defined`, { value }), false);
        assert.equal(evaluated(`value['${name}'] is defined`, { value }), false);
        assert.equal(
          evaluated(`[value] | map(attribute='${name}') | select('defined') | length`, { value }),
          0,
        );
      });
    }
    it(`${name} as a variable, filter, test or method`, () => {
      assert.equal(evaluated(`${name} is defined`), false);
      if (name !== "length") assert.throws(() => evaluated(`'a' | ${name}`), /unknown filter/);
      assert.throws(() => evaluated(`'a' is ${name}`), /unknown test/);
      assert.throws(() => evaluated(`'a'.${name}()`), /is undefined/);
      assert.throws(() => evaluated(`'{x.${name}}'.format(x=[])`), /is undefined/);
    });
    it(`${name} through a macro, a loop or a function`, () => {
      assert.equal(rendered(`{% macro m() %}{% endmacro %}{{ m.${name} is defined }}`), "False");
      if (name !== "length") {
        assert.equal(rendered(`{% for x in [1] %}{{ loop.${name} is defined }}{% endfor %}`), "False");
      }
      assert.equal(rendered(`{{ range.${name} is defined }}`), "False");
    });
  }

  it("prototypes by writing to them", () => {
    const made = evaluated("dict([('__proto__', {'polluted': true})]) | combine({'constructor': 1})");
    assert.deepEqual(Object.keys(made as object), ["__proto__", "constructor"]);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    assert.deepEqual(evaluated(`'{"__proto__": {"polluted": true}}' | from_json | list`), ["__proto__"]);
    assert.equal(rendered("{% set ns = namespace() %}{% set ns.__proto__ = 1 %}{{ ns.__proto__ }}"), "1");
  });

  it("memory without bounds", () => {
    for (const expression of [
      "'a' * 100000000",
      "range(100000000)",
      "'%999999999d' % 1",
      "'{:999999999}'.format(1)",
      "10 ** 400",
    ]) {
      assert.throws(() => evaluated(expression), /too|at most/);
    }
  });
});
