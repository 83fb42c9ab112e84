// The files of captured/ were written by ansible-vault of ansible-core 2.14; the password is "open sesame".

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Secrets, STARS } from "../../../runner/secrets/secrets.ts";
import { Vault } from "../../../runner/secrets/vault.ts";
import { type Project, play, project } from "../run/run-playbook.ts";

const captured = (name: string): string => readFileSync(new URL(`captured/${name}`, import.meta.url), "utf8");

describe("what ansible-vault has encrypted", () => {
  let made: Project;
  afterEach(() => made.remove());
  const run = (files: Readonly<Record<string, string>>, ...options: string[]) => {
    made = project({ password: captured("password"), ...files });
    const { DIR } = { DIR: made.directory };
    return made.run("--vault-password-file", `${DIR}/password`, ...options);
  };
  const write = play(
    '- copy: {dest: DIR/out, content: "{{ [relay_password, relay_key] | to_json }}", mode: "0600"}',
  );
  const written = () => made.tree(".").out ?? "";

  it("is read where single values of the inventory are encrypted, with and without a label, and is no template", async () => {
    const ran = await run({ "group_vars/all.yaml": captured("inline.yaml"), "site.yaml": write }, "--diff");
    assert.equal(ran.code, 0, ran.out + ran.err);
    assert.deepEqual(JSON.parse(written()), [
      'grüße {{ nobody }} "quoted" $(id)',
      "line one of it\nline two of it\n",
    ]);
    assert.doesNotMatch(ran.out, /grüße|line two/);
    assert.ok(ran.out.includes(STARS));
  });

  for (const place of ["group_vars/all/vault.yml", "host_vars/here", "vars/secret.yaml"]) {
    it(`is read where ${place} is encrypted as a whole, and its values are templates as ever`, async () => {
      const ran = await run({
        [place]: captured("whole.yaml"),
        "site.yaml": play(
          '- copy: {dest: DIR/out, content: "{{ vault_token }} {{ vault_users[0].password }}", mode: "0600"}\n  name: "for {{ vault_token }}"',
          place.startsWith("vars") ? "vars_files: [vars/secret.yaml]" : "",
        ),
      });
      assert.equal(ran.code, 0, ran.out + ran.err);
      assert.equal(written(), "token-here annas-password");
      assert.doesNotMatch(ran.out, /annas-password/);
    });
  }

  it("is read from files that tasks look up, copy and render", async () => {
    const ran = await run({
      "files/file.txt": captured("file.txt"),
      "templates/file.txt": captured("file.txt"),
      "site.yaml": play(
        "- copy: {dest: DIR/a, content: \"{{ lookup('file', 'file.txt') }}\"}\n- copy: {dest: DIR/b, src: file.txt}\n- template: {dest: DIR/c, src: file.txt}",
      ),
    });
    assert.equal(ran.code, 0, ran.out + ran.err);
    const { a, b, c } = made.tree(".");
    assert.deepEqual([a, b, c], ["a file\nof two lines", "a file\nof two lines\n", "a file\nof two lines\n"]);
  });

  it("is read by the password that a program prints", async () => {
    made = project({ "group_vars/all.yaml": captured("inline.yaml"), "site.yaml": write });
    made.write({ "print-it": "#!/bin/sh\necho open sesame\n" });
    const { chmodSync } = await import("node:fs");
    chmodSync(`${made.directory}/print-it`, 0o755);
    const ran = await made.run("--vault-password-file", "print-it");
    assert.equal(ran.code, 0, ran.out + ran.err);
  });

  it("is a mistake at its place when no password opens it, or none is given", async () => {
    const files = {
      "group_vars/all/inline.yaml": captured("inline.yaml"),
      "group_vars/all/whole.yaml": captured("other.yaml"),
      "site.yaml": play("- debug:"),
    };
    const wrong = await run({ ...files, password: "guessed" });
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.errors.join("\n"),
      /all\/inline.yaml:1:\d+: no vault password opens this \(another one/,
    );
    assert.match(wrong.errors.join("\n"), /all\/inline.yaml:9:\d+: no vault password opens this/);
    assert.match(wrong.errors.join("\n"), /all\/whole.yaml:1:1: no vault password opens this/);
    const none = await made.run();
    assert.equal(none.code, 1);
    assert.match(
      none.errors.join("\n"),
      /whole.yaml:1:1: this is encrypted by ansible-vault \(.*--vault-password-file/,
    );
  });

  it("is not quoted when what was encrypted is no YAML", async () => {
    const ran = await run({ "group_vars/all.yaml": captured("broken.yaml"), "site.yaml": play("- debug:") });
    assert.equal(ran.code, 1);
    assert.match(ran.errors.join(), /all.yaml:\d:\d+: what was decrypted cannot be read as YAML here/);
    assert.doesNotMatch(ran.out + ran.err, /treasure/);
  });

  it("is a mistake without a password file, with an empty one, and when nobody can be asked", async () => {
    made = project({ empty: "\n", "site.yaml": play("- debug:") });
    for (const [options, message] of [
      [["--vault-password-file", "gone"], /gone: there is no such file/],
      [["--vault-password-file", "empty"], /empty holds no password/],
      [["--ask-vault-pass"], /there is no terminal \(give it by --vault-password-file FILE\)/],
    ] as const) {
      const ran = await made.run(...options);
      assert.equal(ran.code, 1);
      assert.match(ran.errors.join(), message);
    }
  });
});

describe("a vault", () => {
  const vault = new Vault(new Secrets());
  vault.add("first");
  vault.add("open sesame");

  it("tries its passwords in turn", () => {
    const opened = vault.open(captured("file.txt"));
    assert.equal(opened.bytes?.toString(), "a file\nof two lines\n");
  });

  it("refuses what was altered, cut off, or is in a form that it does not know", () => {
    const text = captured("file.txt");
    const swapped = text.replace(/[0-9](?=[0-9]\s*$)/, (digit) => (digit === "3" ? "6" : "3"));
    for (const [broken, problem] of [
      [swapped, /no vault password opens this|no whole text/],
      [text.slice(0, 200), /no whole text/],
      ["$ANSIBLE_VAULT;1.1;AES256", /no whole text/],
      ["$ANSIBLE_VAULT;1.0;AES\n3031", /form that is not known/],
      ["nothing of the kind", /form that is not known/],
    ] as const) {
      const opened = vault.open(broken);
      assert.match("problem" in opened ? opened.problem : "opened", problem);
    }
  });
});
