// The command line: what each option asks for, and what is said when one is wrong.

import assert from "node:assert/strict";
import { helpText } from "../../../runner/cli/help.ts";
import { options } from "../../../runner/cli/option-table.ts";
import { parseOptions, type Request } from "../../../runner/cli/options.ts";

const files: Readonly<Record<string, string>> = {
  "vars.yaml": "mail_domain: example.org\nmax_size: 10\n",
  "empty.yaml": "# nothing yet\n",
  "list.yaml": "- a\n",
  "broken.yaml": "a: 1\n\tb: 2\n",
};

function read(path: string): string {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  return text;
}

function requestOf(...argv: string[]): Request {
  const parsed = parseOptions(argv, read);
  assert.equal(parsed.kind, "run", JSON.stringify(parsed));
  return (parsed as { request: Request }).request;
}

/** The messages, each with its hint, of a command line that is wrong. */
function complaintsOf(...argv: string[]): string[] {
  const parsed = parseOptions(argv, read);
  assert.equal(parsed.kind, "wrong", JSON.stringify(parsed));
  const { problems } = parsed as Extract<typeof parsed, { kind: "wrong" }>;
  return problems.map(({ message, hint }) => (hint ? `${message} (${hint})` : message));
}

describe("options", () => {
  it("need only a playbook", () => {
    assert.deepEqual(requestOf("site.yaml"), {
      playbooks: ["site.yaml"],
      inventories: ["inventory.yaml"],
      tags: [],
      skipTags: [],
      extraVars: [],
      check: false,
      exitCode: false,
      diff: false,
      forceHandlers: false,
      syntaxCheck: false,
      forks: 10,
      knownHosts: [],
      list: [],
      acceptNewHostKeys: false,
      askBecomePass: false,
      askVaultPass: false,
      vaultPasswordFiles: [],
      timeout: 10,
      lockTimeout: 0,
      json: false,
      profile: false,
      verbosity: 0,
    });
  });

  it("are understood in their long form, before and after playbooks", () => {
    const request = requestOf(
      ...["--inventory=a.yaml", "one.yaml", "--inventory", "b.yaml", "--limit", "!h1", "--tags", "web,mail"],
      ...["--skip-tags", "slow", "two.yaml", "--check", "--diff", "--forks", "3", "--user", "root"],
      ...["--private-key", "key", "--known-hosts", "k1", "--known-hosts", "k2", "--timeout", "30"],
      ...["--syntax-check", "--json", "--verbose", "--list-tags", "--exit-code", "--profile"],
      ...["--lock-timeout=60", "--start-at-task", "write *", "--force-handlers"],
      ...["--accept-new-host-keys", "--ask-become-pass", "--become-password-file", "sudo"],
      ...["--ask-vault-pass", "--vault-password-file", "v1", "--vault-password-file", "v2"],
    );
    assert.deepEqual(request, {
      playbooks: ["one.yaml", "two.yaml"],
      inventories: ["a.yaml", "b.yaml"],
      limit: "!h1",
      tags: ["web", "mail"],
      skipTags: ["slow"],
      extraVars: [],
      check: true,
      exitCode: true,
      diff: true,
      forceHandlers: true,
      startAtTask: "write *",
      syntaxCheck: true,
      list: ["tags"],
      forks: 3,
      user: "root",
      privateKey: "key",
      knownHosts: ["k1", "k2"],
      acceptNewHostKeys: true,
      askBecomePass: true,
      becomePasswordFile: "sudo",
      askVaultPass: true,
      vaultPasswordFiles: ["v1", "v2"],
      timeout: 30,
      lockTimeout: 60,
      json: true,
      profile: true,
      verbosity: 1,
    });
  });

  it("are understood as letters, together and with their value attached", () => {
    const request = requestOf(
      "site.yaml",
      "-CDvv",
      "-v",
      "-lweb",
      "-i",
      "x.yaml",
      "-f2",
      "-uroot",
      "-ta",
      "-T5",
    );
    const { check, diff, verbosity, limit, inventories, forks, user, tags, timeout } = request;
    assert.deepEqual(
      { check, diff, verbosity, limit, inventories, forks, user, tags, timeout },
      {
        ...{ check: true, diff: true, verbosity: 3, limit: "web", inventories: ["x.yaml"], forks: 2 },
        ...{ user: "root", tags: ["a"], timeout: 5 },
      },
    );
  });

  it("collect tags from commas and repetitions, each once", () => {
    assert.deepEqual(requestOf("s", "-t", "a, b,", "-t", "b,c").tags, ["a", "b", "c"]);
  });

  it("let the last one win where one value is meant", () => {
    assert.equal(requestOf("s", "-l", "a", "-l", "b").limit, "b");
  });

  it("end at --", () => {
    assert.deepEqual(requestOf("--", "--odd.yaml").playbooks, ["--odd.yaml"]);
  });

  it("give help and version precedence over all else", () => {
    assert.equal(parseOptions(["--help", "--nonsense"], read).kind, "help");
    assert.equal(parseOptions(["-h"], read).kind, "help");
    assert.equal(parseOptions(["--version"], read).kind, "version");
  });

  it("let --exit-code stand beside --check only", () => {
    assert.deepEqual(complaintsOf("site.yaml", "--exit-code"), [
      "--exit-code needs --check (it tells whether --check has found something to change)",
    ]);
    assert.equal(requestOf("site.yaml", "--check", "--exit-code").exitCode, true);
  });

  it("say how problems are to be told", () => {
    const parsed = parseOptions(["--json", "--limt=x"], read);
    assert.equal(parsed.kind === "wrong" && parsed.json, true);
  });
});

describe("a command line that is wrong", () => {
  const cases: readonly [title: string, argv: string[], complaints: string[]][] = [
    [
      "misses the playbook",
      ["-i", "inventory.yaml"],
      ["name the playbook to run (chatmail-play site.yaml -i inventory.yaml)"],
    ],
    [
      "has a misspelt option",
      ["s.yaml", "--limt", "web"],
      ['there is no option --limt (did you mean "--limit"?)'],
    ],
    [
      "has an option like no other",
      ["s.yaml", "--frobnicate"],
      ["there is no option --frobnicate (see --help)"],
    ],
    ["has an unknown letter", ["s.yaml", "-x"], ["there is no option -x (see --help)"]],
    [
      "has an option of Ansible that is not carried",
      ["s.yaml", "-b", "--ask-pass"],
      [
        "there is no option -b (write `become: true` in the play)",
        "there is no option --ask-pass (log in with a key or an agent)",
      ],
    ],
    ["ends before a value", ["s.yaml", "--limit"], ["--limit needs a value: --limit PATTERN"]],
    ["gives an empty value", ["s.yaml", "--limit="], ["--limit needs a value: --limit PATTERN"]],
    [
      "has an option where a value is expected",
      ["s.yaml", "-l", "--check"],
      ["-l needs a value: -l PATTERN (a value that starts with - is given as --limit=VALUE)"],
    ],
    ["gives a value to a switch", ["s.yaml", "--check=yes"], ['--check takes no value, and got "yes"']],
    [
      "has numbers that are none",
      ["s.yaml", "--forks", "many", "--timeout=0"],
      [
        '--forks needs a whole number from 1 to 999999, and got "many"',
        '--timeout needs a whole number from 1 to 999999, and got "0"',
      ],
    ],
  ];
  for (const [title, argv, complaints] of cases) {
    it(`is refused: it ${title}`, () => assert.deepEqual(complaintsOf(...argv), complaints));
  }
});

describe("extra variables", () => {
  const pairs: readonly [text: string, values: Record<string, unknown>][] = [
    ["a=1 b=yes", { a: "1", b: "yes" }],
    ["a= b==", { a: "", b: "=" }],
    [`a='x y' b="it's" c=x' 'y`, { a: "x y", b: "it's", c: "x y" }],
    [String.raw`a="say \"hi\" \n" b=x\ y c='\'`, { a: String.raw`say "hi" \n`, b: "x y", c: "\\" }],
    ["a={{ b + 1 }} b=1", { a: "{{ b + 1 }}", b: "1" }],
    ["  a=1\n b=2 ", { a: "1", b: "2" }],
    ["url=http://h:80/", { url: "http://h:80/" }],
    ['{"a": 1, "b": ["x"]}', { a: 1, b: ["x"] }],
    ["{a: yes, mode: 0644}", { a: true, mode: 420 }],
    ["a: 1\nb: {c: d}", { a: 1, b: { c: "d" } }],
    ["@vars.yaml", { mail_domain: "example.org", max_size: 10 }],
    ["@empty.yaml", {}],
  ];
  for (const [text, values] of pairs) {
    it(`are read from ${JSON.stringify(text)}`, () => {
      assert.deepEqual(
        requestOf("s", "-e", text).extraVars.map((vars) => vars.values),
        [values],
      );
    });
  }

  it("keep their order and say where they come from", () => {
    const { extraVars } = requestOf("s", "-e", "a=1", "-e", "@vars.yaml");
    assert.deepEqual(
      extraVars.map(({ origin }) => origin),
      ["--extra-vars a=1", "vars.yaml"],
    );
  });

  it("know the place of each value", () => {
    const { extraVars } = requestOf("s", "-e", "aa=1 b=2");
    const b = extraVars[0]?.node.entries.get("b");
    assert.deepEqual(b?.keyAt, { file: "--extra-vars", line: 1, column: 6 });
    assert.deepEqual(b?.node.at, { file: "--extra-vars", line: 1, column: 8 });
  });

  const wrong: readonly [text: string, complaints: RegExp][] = [
    ["a=1 b", /^"b" in --extra-vars is no name=value pair \(write name=value, /],
    ["=1", /^"=1" in --extra-vars is no name=value pair/],
    ["a='1", /^the quotes do not match in --extra-vars a='1 \(put a \\ before/],
    ["@gone.yaml", /^--extra-vars @gone.yaml: there is no such file$/],
    ["@list.yaml", /^variables must be a mapping of names to values$/],
    ["[a]", /^variables must be a mapping of names to values$/],
    ["@broken.yaml", /^YAML: /],
  ];
  for (const [text, complaint] of wrong) {
    it(`are refused when given as ${JSON.stringify(text)}`, () => {
      const [first, ...others] = complaintsOf("s", "-e", text);
      assert.match(first ?? "", complaint);
      assert.deepEqual(others, []);
    });
  }
});

describe("--help", () => {
  it("names every option", () => {
    for (const { name } of options) assert.match(helpText(80), new RegExp(`--${name}\\b`));
  });

  it("fits into the terminal", () => {
    for (const columns of [50, 80, 100]) {
      const sections = helpText(columns).split("\n\n").slice(2, -2).join("\n").split("\n");
      for (const line of sections) assert.ok(line.length <= columns, line);
    }
  });

  it("puts letters, names and explanations under each other", () => {
    assert.ok(
      helpText(80).includes(
        `Connection:
  -f, --forks N           at most so many hosts at a time (default: 10)
  -u, --user NAME         log in as this user where the inventory names none
      --private-key FILE  log in with this key where the inventory names none`,
      ),
    );
  });
});
