import assert from "node:assert/strict";
import fc from "fast-check";
import { Secrets, STARS } from "../../../runner/secrets/secrets.ts";
import { type Project, play, project } from "../run/run-playbook.ts";

function knowing(...values: unknown[]): Secrets {
  const secrets = new Secrets();
  for (const value of values) secrets.add(value);
  return secrets;
}

describe("secrets", () => {
  it("are stars wherever they stand, as they are, in JSON, in shell, in an address and in base64", () => {
    const value = `it's a "secret"`;
    const written = [value, JSON.stringify(value), `'it'\\''s a "secret"'`, encodeURIComponent(value)];
    for (const text of [...written, Buffer.from(value).toString("base64")]) {
      const masked = knowing(value).mask(`before ${text} after`);
      assert.ok(masked.includes(STARS) && !masked.includes("secret"), masked);
    }
  });

  it("are stars in what Python, YAML and HTML make of them, and within something longer in base64", () => {
    const value = `pa's"s <w>\\ord`;
    const written = [
      `['pa\\'s"s <w>\\\\ord']`,
      `'pa''s"s <w>\\ord'`,
      "pa&#39;s&#34;s &lt;w&gt;\\ord",
      ...["", "u", "us", "usr"].map((user) => Buffer.from(`${user}:${value}:more`).toString("base64")),
    ];
    for (const text of written) {
      const masked = knowing(value).mask(text);
      assert.ok(masked.includes(STARS), `${text} is ${masked}`);
      assert.doesNotMatch(masked.replace(STARS, ""), /^.{16,}$/);
    }
  });

  it("are found in any value, in names of members too, and numbers are secrets as well", () => {
    const secrets = knowing({ a: ["s3cret"], b: new Map([["c", 12345]]) });
    assert.deepEqual(secrets.maskAll({ list: ["is s3cret", 12345, 7], s3cret: null }), {
      list: [`is ${STARS}`, STARS, 7],
      [STARS]: null,
    });
  });

  it("are hidden line by line, when they have some", () => {
    const secrets = knowing("-----BEGIN KEY-----\nMIIEvQIBADANBg\nab\n-----END KEY-----\n");
    assert.equal(secrets.mask("error near MIIEvQIBADANBg, ab"), `error near ${STARS}, ab`);
  });

  it("of few characters are hidden where they stand alone, and empty ones nowhere", () => {
    assert.equal(knowing("ab", "", " ").mask("ab about (ab) cab"), `${STARS} about (${STARS}) cab`);
  });

  it("leave nothing of themselves, whatever they are", () => {
    const text = fc
      .string({ minLength: 4, maxLength: 30, unit: "binary" })
      .filter((one) => one.trim().length > 3);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), fc.string(), (values, around) => {
        const masked = knowing(...values).mask(around + values.join(around) + around);
        for (const value of values) assert.ok(STARS.includes(value.trim()) || !masked.includes(value.trim()));
      }),
      { numRuns: 40 },
    );
  });
});

describe("a variable that a role marks as secret", () => {
  const role = (mark: string) =>
    `description: Keeps a secret.\nvariables:\n  relay_password: {type: string, minLength: 4, maxLength: 70, ${mark}}\n  relay_accounts:\n    type: array\n    default: []\n    items: {type: object, properties: {name: {type: string}, password: {type: string, ${mark}}}}\n`;
  const inventory = (value: string) =>
    `all: {hosts: {here: {ansible_connection: local, ansible_state_directory: DIR/.state, relay_password: ${value}}}}`;
  const tasks = `
- {name: "Use {{ relay_password }}", debug: {msg: "it is {{ relay_password }}"}}
- {name: Loop, debug: {msg: "{{ item }}"}, loop: ["{{ relay_password }}", "{{ relay_accounts[0].password }}"]}
- {name: Copy, copy: {dest: DIR/out, content: "user = {{ relay_accounts[0].name }}\\npassword = {{ relay_password }};\\n"}}
- {name: Run, command: {argv: [echo, "{{ relay_password }}"]}, register: ran}
- {name: Again, debug: {var: ran}}
- {name: Set, set_fact: {made: "{{ relay_password }}-{{ relay_accounts[0].password }}"}}
- {name: Err, shell: "echo '{{ relay_password | b64encode }}' >&2; exit 3", ignore_errors: true}
- {name: Fail, fail: {msg: "not {{ relay_password }}"}, ignore_errors: true}
- {name: Template, debug: {msg: "{{ relay_password.nothing }}"}, ignore_errors: true}
`;
  let made: Project;
  afterEach(() => made.remove());

  for (const mark of ["secret: true", "writeOnly: true"]) {
    it(`(${mark}) is shown by nothing that a run prints`, async () => {
      made = project({
        out: "user = anna\npassword = former1;\n",
        "inventory.yaml": inventory("s3cret$x"),
        "group_vars/all.yaml": "relay_accounts: [{name: anna, password: an7as}]\n",
        "roles/keeper/role.yaml": role(mark),
        "roles/keeper/tasks/main.yaml": tasks.trim(),
        "site.yaml": "- hosts: all\n  gather_facts: false\n  roles: [keeper]\n",
      });
      for (const options of [["--check", "--diff"], ["--diff"]]) {
        const ran = await made.run(...options);
        assert.equal(ran.code, 0, ran.out + ran.err);
        for (const text of ["s3cret", "an7as", "former1", Buffer.from("s3cret$x").toString("base64")])
          assert.ok(!(ran.out + ran.err).includes(text), text);
      }
      assert.equal(made.tree(".").out, "user = anna\npassword = s3cret$x;\n");
    });
  }

  it("still shows in a diff that it has changed, and what else has", async () => {
    made = project({
      out: "user = berta\npassword = former1;\nkept = former1;\n",
      "inventory.yaml": inventory("s3cret$x"),
      "roles/keeper/role.yaml": role("secret: true"),
      "roles/keeper/tasks/main.yaml":
        '- copy: {dest: DIR/out, content: "user = anna\\npassword = {{ relay_password }};\\n"}',
      "site.yaml": "- hosts: all\n  gather_facts: false\n  roles: [keeper]\n",
    });
    const [{ diff } = { diff: [] }] = (await made.run("--diff")).tasks;
    assert.deepEqual(
      diff?.map(({ before, after }) => ({ before, after })),
      [
        {
          before: `user = berta\npassword = ${STARS} (before);\nkept = former1;\n`,
          after: `user = anna\npassword = ${STARS};\n`,
        },
      ],
    );
  });

  it("is not written down on the host, neither in the journal nor among notifications", async () => {
    made = project({
      "inventory.yaml": inventory("s3cret$x"),
      "roles/keeper/role.yaml": role("secret: true"),
      "roles/keeper/tasks/main.yaml":
        '- {name: "Write {{ relay_password }}", copy: {dest: DIR/out, content: x}, notify: Tell}\n- fail:',
      "roles/keeper/handlers/main.yaml": '- {name: Tell, debug: {msg: "{{ relay_password }}"}}',
      "site.yaml": "- hosts: all\n  gather_facts: false\n  on_failure: restore\n  roles: [keeper]\n",
    });
    const ran = await made.run();
    assert.equal(ran.code, 2, ran.out);
    const kept = Object.entries(made.tree(".state"));
    assert.ok(kept.some(([path, text]) => path.endsWith("/journal") && text.includes("Write ********")));
    for (const [path, text] of kept) assert.doesNotMatch(text, /s3cret/, path);
    assert.doesNotMatch(ran.out, /s3cret/);
  });

  it("is hidden in a role, too, that is chosen while the play runs", async () => {
    made = project({
      "inventory.yaml": inventory("s3cret$x"),
      "roles/keeper/role.yaml": role("secret: true"),
      "roles/keeper/tasks/main.yaml": '- debug: {msg: "it is {{ relay_password }}"}',
      "site.yaml": play("- set_fact: {which: keeper}\n- include_role: {name: '{{ which }}'}"),
    });
    const ran = await made.run();
    assert.equal(ran.code, 0, ran.out);
    assert.match(ran.out, /it is \*{8}/);
    assert.doesNotMatch(ran.out, /s3cret/);
  });

  it("is not quoted when it does not fit its schema, or stands beside another mistake", async () => {
    const long = "s3cret-".repeat(12);
    made = project({
      "roles/keeper/role.yaml": role("secret: true"),
      "roles/keeper/tasks/main.yaml": "- debug:",
      "site.yaml": "- hosts: all\n  roles: [keeper]\n",
    });
    for (const value of ["s3c", `"${long}"`, "[s3cret]"]) {
      made.write({ "inventory.yaml": inventory(value) });
      const ran = await made.run();
      assert.equal(ran.code, 1);
      assert.match(ran.errors.join(), /inventory.yaml:1:\d+: relay_password: expected .*, not \*{8}/);
      assert.doesNotMatch(ran.out + ran.err, /s3c/);
    }
  });
});

describe("what a task with no_log has brought", () => {
  it("is hidden, and so is what it was given, when its result is shown", async () => {
    const made = project({
      "site.yaml": play(`
- { command: "test -n pa55word -a /usr/bin/env = /usr/bin/env", no_log: true, register: ran }
- debug: { var: ran }
- command: "true"
  loop: [{ name: postfix, password: pa55word2 }, pa55word3]
  no_log: true
  register: looped
- debug: { var: looped }
- debug: { msg: "postfix /usr/bin/env" }
`),
    });
    const ran = await made.run();
    assert.equal(ran.code, 0, ran.out);
    assert.doesNotMatch(ran.out, /pa55word/);
    assert.equal(ran.tasks.at(-1)?.message, "postfix /usr/bin/env");
    made.remove();
  });

  it("is hidden in what later tasks show of it", async () => {
    const made = project({
      "site.yaml": play(
        "- {command: echo pa55word, no_log: true, register: ran}\n- debug: {var: ran}\n- {set_fact: {token: t0kens}, no_log: true}\n- debug: {msg: 'a {{ token }} b'}\n- {copy: {dest: DIR/out, content: 'x={{ ran.stdout }}'}}",
      ),
    });
    const ran = await made.run("--diff");
    assert.equal(ran.code, 0, ran.out);
    assert.doesNotMatch(ran.out, /pa55word|t0kens/);
    assert.equal(made.tree(".").out, "x=pa55word");
    made.remove();
  });
});

describe("a secret from elsewhere", () => {
  it("comes from the environment, a file outside the inventory, or a command that is run once", async () => {
    const made = project({
      "elsewhere/token": "of-a-file\n",
      "group_vars/all.yaml":
        "a: \"{{ lookup('env', 'PLAY_TEST_SECRET') }}\"\nb: \"{{ lookup('file', 'DIR/elsewhere/token') }}\"\nc: \"{{ lookup('pipe', 'echo x >>asked; printf %s of-a-command') }}\"\n",
      "site.yaml": play(
        "- &write {copy: {dest: DIR/out, content: '{{ [a, b, c] | join(\" \") }}'}}\n- *write",
      ),
    });
    process.env.PLAY_TEST_SECRET = "of-the-environment";
    try {
      const ran = await made.run();
      assert.equal(ran.code, 0, ran.out);
      const { out, asked } = made.tree(".");
      assert.deepEqual([out, asked], ["of-the-environment of-a-file of-a-command", "x\n"]);
      made.write({
        "group_vars/all.yaml": "a: \"{{ lookup('pipe', 'echo why >&2; exit 3') }}\"\nb: 1\nc: 1\n",
      });
      const failed = await made.run();
      assert.match(failed.out, /all.yaml:1:\d+: .*the command .* failed: why/);
    } finally {
      delete process.env.PLAY_TEST_SECRET;
      made.remove();
    }
  });
});
