import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import { chmodSync, existsSync, lstatSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { type Project, play, project } from "./run-playbook.ts";

/** Changes of every kind below DIR/out, then the failure. */
const CHANGES = `
- name: Write
  copy: { dest: DIR/out/file, content: "new\\n", mode: "0600" }
- name: Write again
  copy: { dest: DIR/out/file, content: "newer\\n" }
- name: Create
  copy: { dest: DIR/out/made/deep/file, content: "new\\n" }
- name: Make a directory
  file: { path: DIR/out/made/other, state: directory }
- name: Change the mode
  file: { path: DIR/out/secret, mode: "0640" }
- name: Link
  file: { path: DIR/out/link, src: elsewhere, state: link, force: true }
- name: Remove
  file: { path: DIR/out/tree, state: absent }
- name: Run
  command: touch DIR/out/by-command
`;
const MADE = "- name: Make directories\n  file: { path: DIR/out/made/deep, state: directory }\n";
const FAIL = "- name: Break\n  command: test 1 = 2\n";
const RESTORE = "on_failure: restore";
const FILES = {
  "out/file": "old\n",
  "out/secret": "s\n",
  "out/link": "was a file\n",
  "out/tree/a/b": "deep\n",
};

describe("on_failure: restore", () => {
  let made: Project;
  afterEach(() => made.remove());

  function start(tasks: string, more = RESTORE, files: Record<string, string> = {}): Project {
    made = project({ "site.yaml": play(tasks, more), ...FILES, ...files });
    chmodSync(`${made.directory}/out/file`, 0o644);
    chmodSync(`${made.directory}/out/secret`, 0o600);
    return made;
  }
  const at = (path: string) => `${made.directory}/out/${path}`;
  const modeOf = (path: string) => statSync(at(path)).mode & 0o777;

  it("puts everything back that the play has changed, and says what", async () => {
    start(MADE + CHANGES + FAIL);
    const before = made.tree("out");
    const ran = await made.run();
    equal(ran.code, 2);
    deepStrictEqual(made.tree("out"), { ...before, "by-command": "" });
    deepStrictEqual([modeOf("file"), modeOf("secret")], [0o644, 0o600]);
    ok(!lstatSync(at("link")).isSymbolicLink());
    const told = ran.tasks.at(-1);
    equal(told?.task, 'Put back what was there before, since "Break" failed');
    deepStrictEqual(
      told?.items?.map(({ item }) => item.replace(`${made.directory}/`, "")),
      [
        "out/tree",
        "out/link",
        "out/secret",
        "out/made/other",
        "out/made/deep/file",
        "out/file",
        "out/made/deep",
        "out/made",
        "Run (stays: packages, accounts and commands are not undone)",
      ],
    );
    equal(ran.recap?.failed, 1);
  });

  it("is not asked for by ordinary plays, and then leaves things as Ansible does, and nothing on the host", async () => {
    start(MADE + CHANGES + FAIL, "");
    equal((await made.run()).code, 2);
    equal(readFileSync(at("file"), "utf8"), "newer\n");
    equal(readlinkSync(at("link")), "elsewhere");
    ok(!existsSync(`${made.directory}/.state`));
  });

  it("is not done when a rescue has dealt with the failure, nor for one that is ignored", async () => {
    start(`
- block:
    - copy: { dest: DIR/out/file, content: "new\\n" }
    - command: test 1 = 2
  rescue:
    - debug: { msg: rescued }
- command: test 1 = 2
  ignore_errors: true
`);
    equal((await made.run()).code, 0);
    equal(made.tree("out").file, "new\n");
  });

  it("comes after a handler that fails, too, and then nothing is owed to it", async () => {
    start(
      '- name: Write\n  copy: { dest: DIR/out/file, content: "new\\n" }\n  notify: Check\n',
      `${RESTORE}\nhandlers:\n  - name: Check\n    command: grep old DIR/out/file\n`,
    );
    const ran = await made.run();
    deepStrictEqual([ran.code, ran.statuses], [2, "changed failed changed"]);
    equal(made.tree("out").file, "old\n");
    ok(!existsSync(`${made.directory}/.state/pending-handlers`));
  });

  it("puts back what the role has changed that failed, and what others have that is not in use yet", async () => {
    const role = (name: string, notify: string, flush: boolean) =>
      `- copy: { dest: DIR/out/${name}, content: "new\\n" }\n  notify: ${notify}\n${flush ? "- meta: flush_handlers\n" : ""}`;
    made = project({
      "site.yaml": `- hosts: all\n  gather_facts: false\n  on_failure: restore\n  roles: [settled, waiting, failing]\n`,
      "roles/settled/tasks/main.yaml": role("settled", "Use settled", true),
      "roles/settled/handlers/main.yaml": '- name: Use settled\n  command: "true"\n',
      "roles/waiting/tasks/main.yaml": role("waiting", "Use waiting", false),
      "roles/waiting/handlers/main.yaml": '- name: Use waiting\n  command: "true"\n',
      "roles/failing/tasks/main.yaml": `- copy: { dest: DIR/out/failing, content: "new\\n" }\n- command: test 1 = 2\n`,
      "out/settled": "old\n",
      "out/waiting": "old\n",
      "out/failing": "old\n",
    });
    equal((await made.run()).code, 2);
    deepStrictEqual(made.tree("out"), { settled: "new\n", waiting: "old\n", failing: "old\n" });
  });

  it("keeps nothing in check mode, nor when nothing changes, which takes one round trip", async () => {
    start(MADE + CHANGES.replace(/- name: (Run|Write again)\n.*\n/g, ""));
    equal((await made.run("--check")).code, 0);
    ok(!existsSync(`${made.directory}/.state`));
    equal((await made.run()).recap?.failed, 0);
    rmSync(`${made.directory}/.state`, { recursive: true });
    const again = await made.run();
    deepStrictEqual([again.recap?.changed, again.recap?.roundTrips], [0, 1]);
    ok(!existsSync(`${made.directory}/.state`));
  });

  it("keeps what was there where only its user can look", async () => {
    start(MADE + CHANGES);
    await made.run();
    const state = `${made.directory}/.state`;
    equal(statSync(state).mode & 0o777, 0o700);
    equal(statSync(`${state}/runs`).mode & 0o777, 0o700);
    const [run = ""] = Object.keys(made.tree(".state/runs")).filter((path) => /^[^/]+\/$/.test(path));
    const kept = made.tree(`.state/runs/${run}`);
    const [note, ...entries] = (kept.journal ?? "")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    match(note.operator, /@/);
    equal(`${note.run}/`, run);
    ok(entries.every(({ role, task }) => role === "" && task !== ""));
    ok(Object.values(kept).includes("old\n"));
  });

  it("stops before a change when what is there cannot be kept", async () => {
    start('- copy: { dest: DIR/out/file, content: "new\\n" }\n', RESTORE, { ".state/runs": "in the way" });
    const ran = await made.run();
    equal(ran.code, 2);
    match(ran.tasks[0]?.message ?? "", /^could not write .*\/out\/file: .*mkdir/);
    equal(made.tree("out").file, "old\n");
  });

  it("notes down what has answered, but for secrets, and nothing of a run that changes nothing", async () => {
    const check = (timeout: string) => `
handlers:
  - name: Does it answer
    wait_for: { path: "{{ item }}", timeout: ${timeout} }
    loop: [DIR/out/file, DIR/out/secret]
  - name: Is the word right
    wait_for: { path: DIR/out/file, search_regex: "{{ word }}" }
  - name: Ask quietly
    wait_for: { path: DIR/out/file }
    no_log: true
`;
    const tasks =
      '- copy: { dest: DIR/out/file, content: "new\\n" }\n  notify: [Does it answer, Is the word right, Ask quietly]\n';
    made = project({
      "site.yaml": `- hosts: all\n  gather_facts: false\n  on_failure: restore\n  roles: [asked]\n`,
      "roles/asked/role.yaml":
        "description: Asked.\nvariables:\n  word: { type: string, default: new, secret: true, description: What it says. }\n",
      "roles/asked/tasks/main.yaml": tasks,
      "roles/asked/handlers/main.yaml": check("7").replace("\nhandlers:\n", "").replace(/^ {2}/gm, ""),
      ...FILES,
    });
    deepStrictEqual((await made.run()).errors, []);
    const journals = () => Object.entries(made.tree(".state/runs")).filter(([path]) => /journal$/.test(path));
    const [[, journal = ""] = []] = journals();
    const answered = journal.split("\n").filter((line) => line.includes('"answered"'));
    deepStrictEqual(
      answered.map((line) => [JSON.parse(line).task, JSON.parse(line).params.path.replace(/.*\//, "")]),
      [
        ["Does it answer", "file"],
        ["Does it answer", "secret"],
      ],
    );
    const { tasks: told } = await made.operate("history");
    ok(!told.at(-1)?.message?.includes("Does it answer"));
    equal((await made.run()).code, 0);
    equal(journals().length, 1);
    equal((await made.operate("rollback")).statuses, "changed");
    equal(made.tree("out").file, "old\n");
    equal((await made.operate("rollback")).statuses, "ok");
  });

  it("is one of two words", async () => {
    start(CHANGES, "on_failure: rollback");
    match((await made.run()).errors.join("\n"), /on_failure: restore or leave is expected/);
  });
});

describe("A run that was cut off", () => {
  let made: Project;
  afterEach(() => made.remove());

  const role = (name: string) =>
    `- copy: { dest: DIR/out/${name}, content: "{{ text }}\\n" }\n  notify: Use ${name}\n`;
  const handlers = (name: string) => `- name: Use ${name}\n  command: test {{ text }} != bad-${name}\n`;
  const file = (name: string) => made.tree("out")[name];
  const unfinished = () => made.tree(".state").unfinished;

  /** A run that has changed both roles; on the host nothing says that it has come to its end. */
  async function cutOff(text: string) {
    equal((await made.run("-e", `text=${text}`)).code, 0);
    const [run = ""] = Object.keys(made.tree(".state/runs")).sort().reverse();
    made.write({ ".state/unfinished": `${run.split("/")[0]}\n` });
  }

  beforeEach(() => {
    made = project({
      "site.yaml": "- hosts: all\n  gather_facts: false\n  on_failure: restore\n  roles: [first, second]\n",
      "roles/first/tasks/main.yaml": `${role("one")}- meta: flush_handlers\n`,
      "roles/first/handlers/main.yaml": handlers("one"),
      "roles/second/tasks/main.yaml": role("two"),
      "roles/second/handlers/main.yaml": handlers("two"),
      "out/one": "zero\n",
      "out/two": "zero\n",
    });
  });

  it("is undone with the one after it that fails, but for what that one has come through", async () => {
    await cutOff("new");
    equal((await made.run("-e", "text=bad-two")).code, 2);
    deepStrictEqual([file("one"), file("two"), unfinished()], ["bad-two\n", "zero\n", undefined]);
  });

  it("is undone as a whole when the one after it fails before it has come as far", async () => {
    await cutOff("new");
    const ran = await made.run("-e", "text=bad-one");
    deepStrictEqual([file("one"), file("two"), unfinished()], ["zero\n", "zero\n", undefined]);
    deepStrictEqual(
      ran.tasks
        .at(-1)
        ?.items?.map(({ item }) => item.replace(/.*\/out\//, ""))
        .filter((item) => /^(one|two)$/.test(item)),
      ["one", "two"],
    );
  });

  it("is made up for by one that comes to its end, also when it finds nothing to do", async () => {
    await cutOff("new");
    const { tasks } = await made.operate("history");
    match(tasks.at(-1)?.message ?? "", /^ {4}not finished: it was cut off, or is still at work$/m);
    equal((await made.run("-e", "text=new")).code, 0);
    equal(unfinished(), undefined);
    equal((await made.run("-e", "text=bad-one")).code, 2);
    deepStrictEqual([file("one"), file("two")], ["new\n", "new\n"]);
  });

  it("stays one that was cut off when the one after it has come only to a part of it", async () => {
    await cutOff("new");
    equal((await made.run("-e", "text=new", "--check")).code, 0);
    ok(unfinished());
    made.write({ "roles/second/tasks/main.yaml": "- fail: {}\n" });
    equal((await made.run("-e", "text=new")).code, 2);
    deepStrictEqual([file("one"), file("two"), unfinished()], ["new\n", "zero\n", undefined]);
  });

  it("is none that has only run commands", async () => {
    made.write({
      "roles/first/tasks/main.yaml": '- command: "true"\n',
      "roles/second/tasks/main.yaml": '- command: "true"\n',
    });
    equal((await made.run("-e", "text=new")).code, 0);
    equal(unfinished(), undefined);
  });

  it("can be rolled back, and is none that was cut off then", async () => {
    await cutOff("new");
    equal((await made.operate("rollback")).statuses, "changed");
    deepStrictEqual([file("one"), file("two"), unfinished()], ["zero\n", "zero\n", undefined]);
  });
});
