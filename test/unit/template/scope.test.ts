import assert from "node:assert/strict";
import type { Problem } from "../../../runner/source/problem.ts";
import {
  compileValue,
  layeredScope,
  lazyMapping,
  literal,
  lookupFunction,
  type Scope,
  scopeMapping,
  TemplateError,
  UndefinedVariable,
  type Value,
} from "../../../runner/template/index.ts";
import { yaml } from "./given.ts";

function layer(text: string): ReadonlyMap<string, Value> {
  const node = yaml(text);
  if (node.kind !== "map") throw new Error("a test needs a mapping");
  const problems: Problem[] = [];
  const values = [...node.entries].map(
    ([name, entry]) => [name, compileValue(entry.node, problems)] as const,
  );
  assert.deepEqual(problems, []);
  return new Map(values);
}

describe("a layered scope", () => {
  it("takes a name from the highest layer that has it", () => {
    const scope = layeredScope([layer("{a: 1, b: 1}"), layer("{b: 2}")]);
    assert.deepEqual(
      [scope.get("a"), scope.get("b"), scope.has("c"), [...scope.names()]],
      [1, 2, false, ["a", "b"]],
    );
  });

  it("renders a variable when it is used, with what is set by then", () => {
    const low = layer('{url: "https://{{ host }}/", host: old}');
    assert.equal(layeredScope([low]).get("url"), "https://old/");
    assert.equal(layeredScope([low, layer("{host: new}")]).get("url"), "https://new/");
  });

  it("renders a variable once", () => {
    let count = 0;
    const counted: Value = { uses: [], at: { file: "f", line: 1, column: 1 }, render: () => ++count };
    const scope = layeredScope([new Map([["n", counted]]), layer('{a: "{{ n + n }}"}')]);
    assert.deepEqual([scope.get("a"), scope.get("a"), scope.get("n"), count], [2, 2, 1, 1]);
  });

  it("does not render what nobody asks for", () => {
    assert.equal(layeredScope([layer('{bad: "{{ missing }}", good: 1}')]).get("good"), 1);
  });

  it("keeps types from variable to variable", () => {
    const scope = layeredScope([layer('{a: "{{ 10 / 2 }}", b: "{{ [a] }}", c: "{{ b }} {{ a }}"}')]);
    assert.deepEqual([scope.get("a"), scope.get("b"), scope.get("c")], [5, [5], "[5.0] 5.0"]);
  });

  it("finds variables that are defined by themselves, and names the loop", () => {
    const scope = layeredScope([
      layer('a: "{{ b }}"\nb: "{{ c }}"\nc: "x{{ a }}"\nd: "{{ a | default(1) }}"'),
    ]);
    const expected = (error: unknown) =>
      error instanceof TemplateError &&
      error.message === 'the variable "a" is defined by itself: a -> b -> c -> a' &&
      error.at.line === 1;
    assert.throws(() => scope.get("a"), expected);
    assert.throws(() => scope.get("d"), expected);
  });

  it("says where a name is used that does not exist", () => {
    const scope = layeredScope([layer('{a: 1, b: "x {{ c }}", d: "{{ b }}"}')]);
    assert.throws(
      () => scope.get("d"),
      (error) => error instanceof UndefinedVariable && error.variable === "c" && error.at.column === 17,
    );
  });

  it("takes a variable whose own value is undefined for undefined", () => {
    const scope = layeredScope([
      layer(`{a: "{{ missing }}", b: "{{ a | default('x') }}", c: "{{ a is defined }}"}`),
    ]);
    assert.deepEqual([scope.get("b"), scope.get("c")], ["x", false]);
  });

  it("never takes data for a template", () => {
    const scope = layeredScope([
      new Map([["r", literal({ out: "{{ 1 + 1 }}" })]]),
      layer('{a: "{{ r.out }}"}'),
    ]);
    assert.equal(scope.get("a"), "{{ 1 + 1 }}");
  });

  it("gives data back as it is, without copying it", () => {
    const data = { a: [1, { b: 2 }] };
    const scope = layeredScope([new Map([["d", literal(data)]]), layer('{e: "{{ d }}", f: "{{ d.a }}"}')]);
    assert.equal(scope.get("e"), data);
    assert.equal(scope.get("f"), data.a);
  });

  it("finds members of a lazy mapping when they are asked for", () => {
    const hosts = new Map<string, Scope>([
      ["h1", layeredScope([layer('{ip: "10.0.0.{{ n }}", n: 1, bad: "{{ no }}"}')])],
    ]);
    const hostvars = lazyMapping({
      names: () => hosts.keys(),
      has: (name) => hosts.has(name),
      get: (name) => scopeMapping(hosts.get(name)!),
    });
    const scope = layeredScope([
      new Map([["hostvars", literal(hostvars)]]),
      layer(`a: "{{ hostvars['h1'].ip }}"\nb: "{{ hostvars.h2 is defined }}"\nc: "{{ hostvars | list }}"`),
    ]);
    assert.deepEqual([scope.get("a"), scope.get("b"), scope.get("c")], ["10.0.0.1", false, ["h1"]]);
  });

  it("lets any symbol through, such as the one that stands for omit", () => {
    const omit = Symbol("omit");
    const scope = layeredScope([
      new Map([["omit", literal(omit)]]),
      layer('{a: ["{{ x | default(omit) }}"]}'),
    ]);
    assert.deepEqual(scope.get("a"), [omit]);
  });

  it("looks up the environment and files that it is given", () => {
    const lookup = lookupFunction({
      env: (name) => (name === "HOME" ? "/root" : undefined),
      file: (path) => (path === "key.pub" ? "ssh-ed25519 A\n" : undefined),
      pipe: () => "",
    });
    const scope = layeredScope([
      new Map([["lookup", lookup]]),
      layer(
        `a: "{{ lookup('env', 'HOME') }}{{ lookup('env', 'NO') }}"\nb: "{{ lookup('file', 'key.pub') }}"\nc: "{{ lookup('file', 'no') }}"`,
      ),
    ]);
    assert.deepEqual([scope.get("a"), scope.get("b")], ["/root", "ssh-ed25519 A"]);
    assert.throws(() => scope.get("c"), /finds no such file/);
  });

  it("looks up variables whose names are put together, by what they are then", () => {
    const lookup = lookupFunction({ env: () => undefined, file: () => undefined, pipe: () => "" });
    const scope = layeredScope([
      new Map([["lookup", lookup]]),
      layer(
        `n: 1.0\na_x: [1, "{{ n }}"]\nx: x\na: "{{ lookup('vars', 'a_' ~ x) }}"\nb: "{{ lookup('vars', 'no', default=2) }}"\nc: "{{ lookup('vars', 'no') }}"`,
      ),
    ]);
    assert.deepEqual([scope.get("a"), scope.get("b")], [[1, 1], 2]);
    assert.throws(() => scope.get("c"), /"no" is undefined/);
  });

  it("does not let a template change a variable in place", () => {
    const scope = layeredScope([layer("{l: [1]}"), layer('{a: "{% set _ = l.append(2) %}{{ l }}"}')]);
    assert.throws(() => scope.get("a"), /would change the value of a variable/);
  });
});
