// `chatmail-play init`, with the roles as they are: what it writes, takes over and refuses.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { main } from "../../../runner/cli/index.ts";

const root = join(import.meta.dirname, "../../..");

const SEED = `# made long ago
[params]
mail_domain = chat.example.org
max_user_send_per_minute = 60
max_mailbox_size: 100M
delete_mails_after = 40
disable_ipv6 = True
max_load_1m = 2.5
passthrough_senders =
passthrough_recipients = a@example.org b@example.org
privacy_postal =
    Relay e.V.
    A Street 1
; none
privacy_mail = privacy@example.org
acme_email =
tls_external_cert_and_key = /etc/ssl/a.pem /etc/ssl/b.pem
`;

describe("init", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "init-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const at = (name: string): string => join(directory, name);
  const written = (name = "inventory.yaml"): string => readFileSync(at(name), "utf8");

  async function call(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    const said = { out: "", err: "" };
    const stream = (name: "out" | "err") =>
      ({
        write: (text: string) => {
          said[name] += text;
          return true;
        },
      }) as unknown as NodeJS.WriteStream;
    const code = await main(argv, {
      out: stream("out"),
      err: stream("err"),
      env: { NO_COLOR: "1" },
      version: "0",
      directory,
      home: root,
      signal: new AbortController().signal,
    });
    return { code, ...said };
  }

  const relay = (text: string): Record<string, unknown> | null =>
    parse(text, { version: "1.1" }).all.children.relays.hosts["chat.example.org"];

  it("writes an inventory that sets nothing and passes the check of site.yaml", async () => {
    const { code, out } = await call("init", "chat.example.org");
    assert.equal(code, 0);
    assert.match(out, /^inventory\.yaml describes chat\.example\.org\.$/m);
    assert.match(out, /site\.yaml -i inventory\.yaml +do it$/m);
    assert.deepEqual(parse(written()).all.children.relays.hosts, { "chat.example.org": null });
    const checked = await call(join(root, "playbooks/site.yaml"), "-i", "inventory.yaml", "--syntax-check");
    assert.deepEqual([checked.code, checked.err], [0, ""]);
  });

  it("names the schema for editors, from where the file stands", async () => {
    await call("init", "chat.example.org");
    const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(written())?.[1] ?? "";
    assert.equal(join(directory, named), join(root, "schema/inventory.schema.json"));
  });

  it("writes comments that are right as settings, too", async () => {
    await call("init", "chat.example.org");
    const all = written().replace(/^( +)#(\w+: )/gm, "$1$2");
    writeFileSync(at("all.yaml"), all.replace(/^ +(tls_external_cert_and_key|ansible_connection).*$/gm, ""));
    const relay = parse(all).all.children.relays.hosts["chat.example.org"];
    assert.ok(Object.keys(relay).length > 40);
    assert.deepEqual(
      [relay.tls_mode, relay.max_mailbox_size, relay.delete_mails_after],
      ["acme", "500M", 20],
    );
    const checked = await call(join(root, "playbooks/site.yaml"), "-i", "all.yaml", "--syntax-check");
    assert.deepEqual([checked.code, checked.err], [0, ""]);
  });

  it("says of every setting what the schema says of it", async () => {
    await call("init", "chat.example.org");
    const text = written();
    assert.match(
      text,
      /^ +# How much mail an address may keep on the relay\. A bare number counts megabytes\.\n +#max_mailbox_size: 500M$/m,
    );
    assert.match(text, /^ +#mailboxes_dir: \/home\/vmail\/mail\/chat\.example\.org$/m);
    assert.match(text, /^ +#tls_mode: acme$/m);
    assert.ok(text.split("\n").every((line) => line.length <= 120 || line.includes("#www_content")));
  });

  it("takes over the settings of an existing relay, each with its type", async () => {
    writeFileSync(at("chatmail.ini"), SEED);
    const { code, out, err } = await call(
      "init",
      "chat.example.org",
      "--from",
      "chatmail.ini",
      "-o",
      "my.yaml",
    );
    assert.deepEqual([code, err], [0, ""]);
    assert.deepEqual(relay(written("my.yaml")), {
      tls_external_cert_and_key: ["/etc/ssl/a.pem", "/etc/ssl/b.pem"],
      privacy_postal: "Relay e.V.\nA Street 1",
      privacy_mail: "privacy@example.org",
      max_mailbox_size: "100M",
      delete_mails_after: 40,
      max_user_send_per_minute: 60,
      max_load_1m: 2.5,
      disable_ipv6: true,
    });
    assert.match(out, /^my\.yaml describes chat\.example\.org, with 8 settings of chatmail\.ini\.$/m);
    assert.match(out, /^Left out, .*: passthrough_senders, passthrough_recipients\.$/m);
    assert.match(written("my.yaml"), /^ +#acme_email: /m);
    const checked = await call(join(root, "playbooks/site.yaml"), "-i", "my.yaml", "--syntax-check");
    assert.deepEqual([checked.code, checked.err], [0, ""]);
  });

  it("takes the domain from the settings, too", async () => {
    writeFileSync(at("chatmail.ini"), SEED);
    assert.equal((await call("init", "--from", "chatmail.ini")).code, 0);
    assert.ok(relay(written()));
  });

  it("leaves a file alone that is there, unless it is told to write over it", async () => {
    writeFileSync(at("inventory.yaml"), "mine");
    const { code, err } = await call("init", "chat.example.org");
    assert.equal(code, 1);
    assert.match(err, /^inventory\.yaml is there already \(--force writes over it/m);
    assert.equal(written(), "mine");
    assert.equal((await call("init", "chat.example.org", "--force")).code, 0);
    assert.notEqual(written(), "mine");
  });

  const wrong: readonly [title: string, argv: string[], ini: string, complaint: RegExp][] = [
    ["no domain", [], "", /^name the domain of the relay \(chatmail-play init chat\.example\.org\)$/m],
    ["two domains", ["a.org", "b.org"], "", /^init takes one domain, and got a\.org, b\.org$/m],
    [
      "capitals",
      ["Chat.Example.org"],
      "",
      /^"Chat\.Example\.org" is no domain \(did you mean "chat\.example\.org"\?\)$/m,
    ],
    ["an address", ["me@example.org"], "", /^"me@example\.org" is no domain \(such as /m],
    [
      "an unknown option",
      ["a.org", "--forse"],
      "",
      /^there is no option --forse \(did you mean "--force"\?\)$/m,
    ],
    ["no such settings", ["a.org", "--from", "gone.ini"], "", /^gone\.ini: there is no such file$/m],
    [
      "settings of another domain",
      ["a.org", "--from", "it.ini"],
      "mail_domain = b.org",
      /^it\.ini:1:1: it\.ini is of b\.org, not of a\.org$/m,
    ],
    [
      "a value of the wrong type",
      ["a.org", "--from", "it.ini"],
      "\ndelete_mails_after = soon",
      /^it\.ini:2:1: delete_mails_after: expected a whole number, not the text "soon"/m,
    ],
    [
      "lines that are no settings",
      ["a.org", "--from", "it.ini"],
      "[params]\nnonsense",
      /^it\.ini:2:1: this is no setting/m,
    ],
  ];
  for (const [title, argv, ini, complaint] of wrong) {
    it(`is refused, and writes nothing: ${title}`, async () => {
      writeFileSync(at("it.ini"), ini);
      const { code, err } = await call("init", ...argv);
      assert.equal(code, 1);
      assert.match(err, complaint);
      assert.equal(existsSync(at("inventory.yaml")), false);
    });
  }
});
