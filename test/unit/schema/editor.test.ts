// The JSON Schemas in schema/, as an editor uses them: they take all that the repository has, and mark typical mistakes.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { parse } from "yaml";
import { generateSchemas } from "../../../roles/generate.ts";

const root = join(import.meta.dirname, "../../..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const MODELINE = /^# yaml-language-server: \$schema=(\S+)$/;

/** Editors take keywords and formats that they do not know. */
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: string): ValidateFunction {
  const known = validators.get(schema) ?? ajv.compile(JSON.parse(read(`schema/${schema}`)));
  validators.set(schema, known);
  return known;
}

/** The paths at which an editor would underline something. */
function marked(schema: string, text: string): string[] {
  const validate = validatorOf(schema);
  if (validate(parse(text))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, params, message }) =>
      `${instancePath} ${params.additionalProperty ?? params.missingProperty ?? message}`,
  );
}

function yamlFiles(): string[] {
  const below = ["playbooks", "roles"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  );
  const checked = /^playbooks\/[^/]+\.yaml$|^roles\/[^/]+\/(role\.yaml$|(tasks|handlers)\/[^/]+\.yaml$)/;
  return ["inventory.yaml", ...below.filter((path) => checked.test(path))];
}

/** The schema for a kind of file. */
function expectedFor(path: string): string {
  if (path === "inventory.yaml") return "inventory.schema.json";
  if (path.startsWith("playbooks/")) return "playbook.schema.json";
  const [, , kind = ""] = path.split("/");
  return `${kind === "role.yaml" ? "role" : kind}.schema.json`;
}

describe("schema/", () => {
  it("is generated from the modules and roles as they are", () => {
    const files = generateSchemas();
    assert.deepEqual(readdirSync(join(root, "schema")).sort(), [...files.keys()].sort());
    for (const [name, text] of files) assert.equal(read(`schema/${name}`), text, "run `npm run generate`");
  });

  for (const path of yamlFiles()) {
    it(`takes ${path}, which names its schema`, () => {
      const text = read(path);
      const named = MODELINE.exec(text.split("\n")[0] ?? "")?.[1];
      assert.ok(named, "the first line names no schema");
      const schema = relative(join(root, "schema"), resolve(dirname(join(root, path)), named));
      assert.equal(schema, expectedFor(path));
      assert.deepEqual(marked(schema, text), []);
    });
  }
});

describe("The editor's schema", () => {
  const host = (variables: string): string => `all: {hosts: {a.example: {${variables}}}}`;
  const task = (yaml: string): string => `- ${yaml}`;
  const right: readonly [title: string, schema: string, text: string][] = [
    ["a host without variables", "inventory", "all: {hosts: {a.example: , b.example: }}"],
    [
      "groups in groups",
      "inventory",
      "all: {children: {relays: {children: {test: {vars: {acme_email: a@b.c}}}}}}",
    ],
    ["a template where a number is expected", "inventory", host("username_min_length: '{{ 3 + 6 }}'")],
    ["yes as true", "inventory", host("disable_ipv6: yes")],
    ["variables of a group", "variables", "max_mailbox_size: 1G"],
    ["imports of playbooks", "playbook", "- import_playbook: other.yaml\n  tags: a"],
    ["roles with parameters", "playbook", "- hosts: all\n  roles: [a, {role: b, x: 1, tags: [c]}]"],
    ["a task's shorthand of command", "tasks", task("command: ls -l creates=/x")],
    ["a long name of a module", "tasks", task("ansible.builtin.copy: {content: a, dest: /x, mode: '0644'}")],
    ["an alias of a module and of its parameter", "tasks", task("service: {unit: nginx, state: started}")],
    [
      "a loop over a variable",
      "tasks",
      task("file: {path: '{{ item }}', state: directory}\n  loop: '{{ all }}'"),
    ],
    [
      "blocks with rescue",
      "tasks",
      task("block: [{debug: {msg: a}}]\n  rescue: [{fail: {msg: b}}]\n  when: c"),
    ],
    ["includes", "tasks", task("include_tasks: {file: a.yaml, apply: {tags: b}}\n  loop: [1]")],
    ["a module without parameters", "tasks", task("setup:")],
    ["free names of set_fact", "tasks", task("set_fact: {anything: [1]}")],
    ["listeners", "handlers", task("systemd: {name: a, state: restarted}\n  listen: [b]")],
    ["an empty file of tasks", "tasks", ""],
    [
      "references between roles",
      "role",
      "description: a\nvariables: {b: {$ref: '../c/role.yaml#/variables/b'}}",
    ],
  ];
  for (const [title, schema, text] of right) {
    it(`takes ${title}`, () => assert.deepEqual(marked(`${schema}.schema.json`, text), []));
  }

  const wrong: readonly [title: string, schema: string, text: string, at: RegExp][] = [
    [
      "a misspelt variable",
      "inventory",
      host("max_mailbox_sise: 1G"),
      /^\/all\/hosts\/a\.example max_mailbox_sise/,
    ],
    ["a variable of the wrong type", "inventory", host("username_min_length: short"), /username_min_length/],
    ["a value out of its bounds", "inventory", host("ansible_port: 99999"), /ansible_port/],
    ["a value that is none of some", "inventory", host("tls_mode: acmee"), /tls_mode/],
    ["a misspelt key of a group", "inventory", "all: {host: {a: }}", /^\/all host/],
    ["a misspelt keyword of a play", "playbook", "- hosts: all\n  task: []", /^\/0 task/],
    ["a play without hosts", "playbook", "- tasks: []", /^\/0 hosts/],
    ["a playbook that is no list", "playbook", "hosts: all", /must be array/],
    ["a role without a name", "playbook", "- hosts: all\n  roles: [{tags: a}]", /roles/],
    ["a misspelt module", "tasks", task("copyy: {dest: /x}"), /^\/0 copyy/],
    ["a misspelt parameter", "tasks", task("copy: {content: a, dest: /x, modee: '0644'}"), /\/0\/copy modee/],
    ["a missing parameter", "tasks", task("template: {src: a.j2}"), /\/0\/template dest/],
    ["a parameter that is none of some", "tasks", task("file: {path: /x, state: dir}"), /\/0\/file\/state/],
    ["a relative path", "tasks", task("file: {path: x}"), /\/0\/file\/path/],
    ["two modules in a task", "tasks", task("debug: {msg: a}\n  fail: {msg: b}"), /^\/0/],
    ["a task that does nothing", "tasks", task("name: a"), /^\/0/],
    ["a keyword that is not carried", "tasks", task("debug: {msg: a}\n  async: 5"), /^\/0 async/],
    ["a wrong name to register", "tasks", task("debug: {msg: a}\n  register: a-b"), /\/0\/register/],
    ["a loop over a plain text", "tasks", task("debug: {msg: a}\n  loop: names"), /\/0\/loop/],
    ["an unknown meta", "tasks", task("meta: refresh"), /\/0\/meta/],
    ["listen outside handlers", "tasks", task("debug: {msg: a}\n  listen: b"), /^\/0 listen/],
    ["a mistake inside a block", "tasks", task("block: [{debug: {mgs: a}}]"), /\/0\/block\/0\/debug mgs/],
    ["a block among handlers", "handlers", task("block: []"), /^\/0 block/],
    ["a role without a description", "role", "variables: {}", /description/],
    [
      "a variable that is no schema",
      "role",
      "description: a\nvariables: {b: {type: text}}",
      /\/variables\/b\/type/,
    ],
  ];
  for (const [title, schema, text, at] of wrong) {
    it(`marks ${title}`, () => {
      const places = marked(`${schema}.schema.json`, text);
      assert.ok(
        places.some((place) => at.test(place)),
        places.join("\n") || "nothing is marked",
      );
    });
  }
});
