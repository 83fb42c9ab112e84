import assert from "node:assert/strict";
import { findModule, moduleNames, modules } from "../../../runner/modules/index.ts";
import type { Module } from "../../../runner/modules/module.ts";
import { schemaErrors } from "../../../runner/source/schema.ts";
import { checked, moduleNamed, plain, stateOf } from "./harness.ts";

describe("every module", () => {
  for (const module of modules) {
    const schema = module.params as unknown as {
      type: string;
      additionalProperties: boolean;
      properties: Record<string, { description?: string }>;
    };

    it(`${module.name} describes itself and each of its parameters, and takes no others`, () => {
      assert.ok(module.doc.endsWith("."), "a sentence");
      assert.equal(schema.type, "object");
      assert.equal(schema.additionalProperties, module.name === "set_fact");
      for (const [name, property] of Object.entries(schema.properties)) {
        assert.ok(property.description && property.description.length > 3, `${name} has a description`);
      }
      for (const [alias, name] of Object.entries(module.parameterAliases ?? {})) {
        assert.ok(name in schema.properties && !(alias in schema.properties), alias);
      }
    });
  }
});

describe("names of modules", () => {
  it("are found with and without Ansible's prefixes, and by their other names", () => {
    assert.equal(findModule("ansible.builtin.copy")?.name, "copy");
    assert.equal(findModule("ansible.legacy.service")?.name, "systemd");
    assert.equal(findModule("community.general.copy"), undefined);
    assert.equal(findModule("coppy"), undefined);
    assert.ok(moduleNames().includes("service") && moduleNames().includes("wait_for"));
  });
});

describe("parameters that make no sense are refused before any host is asked", () => {
  const cases: readonly [module: string, params: object, message: RegExp][] = [
    ["copy", { dest: "/x" }, /give exactly one of src, content/],
    ["copy", { dest: "/x", src: "a", content: "b" }, /give exactly one of src, content/],
    ["copy", { dest: "x", content: "" }, /absolute path/],
    ["copy", { dest: "/x\0", content: "" }, /absolute path/],
    ["copy", { dest: "/x", content: "", mode: 644 }, /"0644" \(in quotes/],
    ["copy", { dest: "/x", content: "", validate: "true" }, /a command with %s/],
    ["copy", { dest: "/x", content: "", owner: "a:b" }, /does not have the expected form/],
    ["command", {}, /give exactly one of cmd, argv/],
    ["lineinfile", { path: "/x" }, /"line" is missing/],
    ["lineinfile", { path: "/x", state: "absent" }, /which line shall go/],
    ["lineinfile", { path: "/x", line: "a", regexp: "b", search_string: "c" }, /exclude each other/],
    ["lineinfile", { path: "/x", line: "a", insertafter: "b", insertbefore: "c" }, /exclude each other/],
    ["apt", { name: "Bad Name" }, /name of a package is expected/],
    ["apt", { name: ["ok", "--purge"] }, /name of a package is expected/],
    ["apt", { name: "" }, /name of a package is expected/],
    ["systemd", { name: "a b" }, /name of a unit is expected/],
    ["systemd", { name: "-x" }, /name of a unit is expected/],
    ["systemd", { state: "started" }, /name/],
    ["systemd", { name: "x", state: "running" }, /expected one of started/],
    ["user", { name: "-x" }, /a name of letters/],
    ["user", { name: "x", comment: "a:b" }, /without colons/],
    ["user", { name: "x", password: "a\nroot:b" }, /without colons/],
    ["group", { name: "x:y" }, /a name of letters/],
    ["wait_for", { port: 1, path: "/x" }, /exclude each other/],
    ["wait_for", { port: 1, host: "$(id)" }, /expected form/],
    ["set_fact", { "no name": 1 }, /./],
    ["set_fact", {}, /./],
    ["file", { path: "/x", state: "soft" }, /expected one of directory/],
  ];
  for (const [module, params, message] of cases) {
    it(`${module} ${JSON.stringify(params)}`, () => {
      const errors = schemaErrors(moduleNamed(module).params as never, structuredClone(params), "coercing");
      assert.match(errors.map((error) => error.message).join("\n"), message);
    });
  }

  it("and what Ansible takes is taken", () => {
    const fine: readonly [string, object][] = [
      ["apt", { name: "nginx=1.2.3-4~deb12u1, libc6:amd64" }],
      ["apt", { update_cache: true }],
      ["systemd", { name: "postfix@-" }],
      ["systemd", { daemon_reload: true }],
      ["lineinfile", { path: "/x", state: "absent", regexp: "^a" }],
      ["user", { name: "www-data", groups: "a,b" }],
      ["set_fact", { any: { thing: [1] } }],
      ["copy", { dest: "/x", content: { a: 1 } }],
    ];
    for (const [module, params] of fine) checked(moduleNamed(module), params as never);
  });
});

describe("modules that never touch the host", () => {
  const plan = (name: string, params: unknown) =>
    (moduleNamed(name) as Module).plan(params as never, stateOf([]), undefined, plain);
  const that = (...pairs: readonly [string, unknown][]) => ({
    that: pairs.map(([expression, value]) => ({ expression, value })),
    fail_msg: "Assertion failed",
    success_msg: "All assertions passed",
  });

  it("set_fact gives its parameters to the host", () => {
    assert.deepEqual(plan("set_fact", { a: 1, b: ["x"] }), {
      kind: "changes",
      changes: [],
      result: { ansible_facts: { a: 1, b: ["x"] } },
    });
  });

  it("debug shows a text, an expression's value, or what Ansible shows", () => {
    const shown = (params: object) => {
      const planned = plan("debug", params);
      return planned.kind === "changes" && planned.changes.length === 0 ? planned.result : planned;
    };
    assert.deepEqual(shown({ msg: "hi" }), { msg: "hi" });
    assert.deepEqual(shown({ var: { expression: "a.b", value: 2 } }), { "a.b": 2 });
    assert.deepEqual(shown({}), { msg: "Hello world!" });
    assert.deepEqual(shown({ verbosity: 1 }), { kind: "skip", message: "Verbosity threshold not met." });
  });

  it("fail fails with its message", () => {
    assert.deepEqual(plan("fail", { msg: "no" }), { kind: "fail", message: "no", result: { msg: "no" } });
  });

  it("assert names the first condition that does not hold", () => {
    assert.equal(plan("assert", that(["a", true], ["b", 1])).kind, "changes");
    const failed = plan("assert", that(["a", true], ["b > c", false], ["d", false]));
    assert.equal(failed.kind === "fail" && failed.message, "Assertion failed: b > c");
    for (const nothing of [[], {}, "", 0, null, undefined])
      assert.equal(plan("assert", that(["x", nothing])).kind, "fail");
    const single = { ...that(), that: { expression: "x", value: false } };
    assert.equal(plan("assert", single).kind, "fail");
  });
});
