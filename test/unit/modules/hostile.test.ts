// Values are data: every parameter of every module is given texts that would break out of a shell word, a pattern, an
// option or a line, if anything let them. What is planned with them is run, and must not do what the texts say.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Fact } from "../../../runner/facts/fact.ts";
import { modules } from "../../../runner/modules/index.ts";
import type { Module } from "../../../runner/modules/module.ts";
import { schemaErrors } from "../../../runner/source/schema.ts";
import { NulInWord, quote } from "../../../runner/transport/quote.ts";
import { filesIn, onHost, stateOf, withDiff } from "./harness.ts";

type Params = Readonly<Record<string, unknown>>;

/** What a module needs besides the parameter that is tried, where that cannot be told from its schema. */
const EXAMPLES: Readonly<Record<string, (dir: string) => Params>> = {
  apt: () => ({ name: "hello" }),
  command: () => ({ cmd: "true" }),
  copy: (dir) => ({ dest: `${dir}/new`, content: "text\n" }),
  dns_lookup: () => ({ server: "127.0.0.1", port: 9, name: "example.org" }),
  file: (dir) => ({ path: `${dir}/new`, state: "touch" }),
  get_url: (dir) => ({ url: `file://${dir}/file`, dest: `${dir}/new` }),
  lineinfile: (dir) => ({ path: `${dir}/file`, line: "x", create: true }),
  blockinfile: (dir) => ({ path: `${dir}/file`, block: "x", create: true }),
  script: () => ({ cmd: "template" }),
  set_fact: () => ({ fact: "x" }),
  systemd: () => ({ name: "hostile-test", state: "started" }),
  template: (dir) => ({ src: "template", dest: `${dir}/new` }),
  templates: (dir) => ({ files: [{ src: "template", dest: `${dir}/new` }] }),
  find: (dir) => ({ paths: dir }),
  tree: (dir) => ({ src: "folder", dest: `${dir}/folder` }),
  user: () => ({ name: "hostile-test" }),
  wait_for: (dir) => ({ path: `${dir}/file`, timeout: 0 }),
};

/** Code by their nature, or done on the runner's own machine before anything is planned. */
const CODE: Readonly<Record<string, readonly string[]>> = { shell: ["cmd"], templates: ["validate"] };
const BUILT = ["bundle", "eleventy", "include_vars"];
/** Those that must have had something to run, whatever the machine is. */
const WRITING = [
  "blockinfile",
  "command",
  "copy",
  "file",
  "get_url",
  "lineinfile",
  "template",
  "templates",
  "user",
];

/** Tools that would change the machine that the tests run on: here they do nothing. */
const STUBS =
  "apt-get apt-mark debconf-set-selections deb-systemd-helper systemctl journalctl useradd usermod userdel groupadd groupmod groupdel chpasswd passwd gpasswd runuser su sudo crontab curl wget ip sysctl hostnamectl reboot shutdown sync chown sleep";

/** Without a slash, so that they can be names of files. */
const deed = "touch canary";
const HOSTILE_TEXTS: readonly string[] = [
  `$(${deed})\`${deed}\`\${x:=$(${deed})}`,
  `'; ${deed}; '"; ${deed}; "\\"; ${deed} #`,
  `x\n${deed}\n`,
  `x; ${deed} & ${deed} | ${deed} && ${deed} >owned`,
  `--help=$(${deed})`,
  `-rf *?[a-z]{a,b} ~root %s %n !! ${"grüße ☃ 𝄞 "}`,
  `%s; ${deed}`,
  `nul\0;${deed}`,
  `${"very long ".repeat(20_000)}; ${deed}`,
];

interface Planned {
  readonly module: Module;
  readonly params: Params;
  readonly local: unknown;
  readonly facts: readonly Fact<unknown>[];
}

onHost("hostile values", () => {
  let dir: string;
  let here: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "hostile-"));
    here = join(dir, "here");
    for (const path of [here, join(dir, "bin"), join(dir, "t"), join(dir, "local/folder")])
      mkdirSync(path, { recursive: true });
    for (const [path, text] of [
      ["file", "one\ntwo\n"],
      ["local/template", "text\n"],
      ["local/folder/page", "page\n"],
    ] as const)
      writeFileSync(join(dir, path), text);
    for (const name of STUBS.split(" "))
      writeFileSync(join(dir, "bin", name), "#!/bin/sh\n", { mode: 0o755 });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Each parameter in turn, with each of the texts, in whatever shape the schema takes it. */
  function* paramsOf(module: Module): Generator<Params> {
    const schemas = module.params.properties as Readonly<Record<string, { format?: string }>>;
    const example = EXAMPLES[module.name]?.(dir) ?? exampleOf(module);
    const names = Object.keys(schemas).filter((name) => !CODE[module.name]?.includes(name));
    for (const name of names.length > 0 ? names : ["any"]) {
      if (schemas[name]?.format === "expression") continue;
      for (const text of HOSTILE_TEXTS) {
        const path = `${dir}/${text}`;
        const more = typeof example[name] === "string" ? [`${example[name]} ${text}`] : [];
        const values = [text, path, ...more, [text], [path], { a: text }, { [text]: "x" }];
        for (const value of [...values, ...within(example[name], [text, path])]) {
          const params = complete(module, { ...example, [name]: value });
          if (params) yield params;
        }
      }
    }
  }

  /** A list of mappings, as the example has one, with the texts in each place. */
  function within(example: unknown, texts: readonly string[]): unknown[] {
    if (!Array.isArray(example) || typeof example[0] !== "object") return [];
    return Object.keys(example[0]).flatMap((key) => texts.map((text) => [{ ...example[0], [key]: text }]));
  }

  /** Texts of any form: of others the schema takes only what is harmless. */
  function takesAnyText({ type, enum: some, pattern, format }: Record<string, unknown>): boolean {
    return [type].flat().includes("string") && !some && !pattern && !format;
  }

  function exampleOf(module: Module): Params {
    const required = (module.params as { required?: readonly string[] }).required ?? [];
    for (const value of [`${dir}/file`, "x", 1]) {
      const params = Object.fromEntries(required.map((name) => [name, value]));
      if (complete(module, params)) return params;
    }
    return {};
  }

  function complete(module: Module, params: Params): Params | undefined {
    const copy: Record<string, unknown> = structuredClone(params);
    return schemaErrors(module.params as never, copy, "coercing").length === 0 ? copy : undefined;
  }

  async function prepare(module: Module, params: Params): Promise<Planned | undefined> {
    try {
      const local = await module.local?.(params as never, filesIn(join(dir, "local")));
      const facts = module.probe(params as never, local as never, withDiff);
      // The engine asks for none of these (engine/prepare.ts).
      const refused = facts.some(({ key }) => key.includes("\0") || key.length > 100_000);
      return refused ? undefined : { module, params, local, facts };
    } catch (error) {
      // Files that are not there, texts that cannot be words: the engine tells them as a failure of the task.
      const told =
        error instanceof NulInWord || !(error instanceof TypeError) || /null bytes/.test(error.message);
      assert.ok(told, String(error).slice(0, 300));
      return undefined;
    }
  }

  /** Scripts as the host gets them, one after the other in shells of their own. */
  function execute(scripts: readonly { readonly script: string; readonly input?: Uint8Array | undefined }[]) {
    const folder = mkdtempSync(join(dir, "scripts-"));
    for (const [index, { script, input }] of scripts.entries()) {
      writeFileSync(join(folder, `${index}.s`), script);
      writeFileSync(join(folder, `${index}.i`), input ?? "");
    }
    const loop = `n=0; while [ -e "$1/$n.s" ]; do ( . "$1/$n.s" ) <"$1/$n.i" >"$1/$n.o" 2>/dev/null; n=$((n + 1)); done`;
    const env = {
      PATH: `${dir}/bin:${process.env.PATH}`,
      HOME: here,
      LC_ALL: "C",
      T: join(dir, "t"),
      W: "ready-test",
    };
    const { status, signal } = spawnSync("sh", ["-c", loop, "sh", folder], {
      cwd: here,
      env,
      timeout: 60_000,
    });
    assert.deepEqual([status, signal], [0, null], "the scripts come to an end");
    return folder;
  }

  function nothingHappened(what: string): void {
    const found = readdirSync(dir, { recursive: true, encoding: "utf8" });
    assert.deepEqual(
      found.filter((path) => basename(path) === "canary"),
      [],
      `${what} did what a text says`,
    );
    assert.deepEqual(readdirSync(here), [], what);
  }

  function answersTo(planned: readonly Planned[]): Map<string, unknown> {
    const facts = new Map(planned.flatMap(({ facts }) => facts.map((fact) => [fact.key, fact] as const)));
    const kinds = new Map([...facts.values()].map(({ kind }) => [kind.name, kind]));
    const answers = new Map<string, unknown>();
    for (const kind of kinds.values()) {
      const own = [...facts.values()].filter((fact) => fact.kind.name === kind.name);
      const asks = own.map(({ ask }) => ask);
      const folder = execute([{ script: kind.script(asks) }]);
      try {
        const replies = kind.parse(readFileSync(join(folder, "0.o")), asks);
        for (const [index, reply] of replies.entries()) answers.set(own[index]!.key, reply);
      } catch {
        // Units, on a machine without systemd: asked, and not answered.
      }
    }
    return answers;
  }

  /** How many different scripts were run. */
  async function tryAll(module: Module): Promise<number> {
    const planned: Planned[] = [];
    for (const params of paramsOf(module)) {
      const one = await prepare(module, params);
      if (one) planned.push(one);
    }
    const answers = answersTo(planned);
    nothingHappened(`asking for ${module.name}`);
    const state = stateOf([...answers].map(([key, answer]) => ({ fact: { key } as Fact<unknown>, answer })));
    const names = Object.entries(module.params.properties as Record<string, Record<string, unknown>>)
      .filter(([name, schema]) => takesAnyText(schema) && !CODE[module.name]?.includes(name))
      .map(([name]) => name);
    const hostile = (value: unknown) => HOSTILE_TEXTS.some((text) => `${value}`.includes(text));
    const untried = names.filter((name) => !planned.some(({ params }) => hostile(params[name])));
    assert.deepEqual(untried, [], `${module.name} has parameters that are not tried`);
    const scripts = new Map<string, Uint8Array | undefined>();
    for (const { params, local, facts } of planned) {
      if (!facts.every(({ key }) => answers.has(key))) continue;
      try {
        const plan = module.plan(params as never, state, local as never, withDiff);
        if (plan.kind === "run") scripts.set(plan.script, plan.input);
        if (plan.kind !== "changes") continue;
        for (const { script, input } of plan.changes) scripts.set(`set -eu\n${script}`, input);
      } catch (error) {
        assert.ok(error instanceof NulInWord, `${JSON.stringify(params).slice(0, 300)}: ${error}`);
      }
    }
    execute([...scripts].map(([script, input]) => ({ script, input })));
    nothingHappened(module.name);
    return scripts.size;
  }

  for (const module of modules.filter(({ name }) => !BUILT.includes(name))) {
    it(`are data to ${module.name}`, async function () {
      this.timeout(60_000);
      const scripts = await tryAll(module);
      if (WRITING.includes(module.name)) assert.ok(scripts > 5, `only ${scripts} scripts were tried`);
    });
  }

  it("are found where a module forgets to quote them", async () => {
    const careless = (script: (text: string) => string): Module => ({
      name: "careless",
      doc: "Prints a text.",
      params: {
        type: "object",
        properties: { text: { type: "string", description: "The text." } },
        additionalProperties: false,
      },
      probe: () => [],
      plan: (params) => ({
        kind: "run",
        summary: "print",
        script: script((params as { text?: string }).text ?? ""),
        touches: [],
        inCheckMode: "skip",
        interpret: () => ({}),
      }),
    });
    for (const script of [
      (text: string) => `echo ${text}`,
      (text: string) => `echo "${text}"`,
      (text: string) => `echo '${text}'`,
      (text: string) => `eval echo ${quote(text)}`,
    ])
      await assert.rejects(tryAll(careless(script)), /did what a text says/);
  });
});
