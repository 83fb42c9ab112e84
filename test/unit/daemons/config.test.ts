import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { parse } from "yaml";
import { checkOption, type OptionSchema } from "../../../roles/chatmaild/daemons/lib/check.ts";
import { parseConfig, readConfig, sizeInBytes } from "../../../roles/chatmaild/daemons/lib/config.ts";
import { readIniSection } from "../../../roles/chatmaild/daemons/lib/ini.ts";
import { generateSchema } from "../../../roles/chatmaild/generate.ts";

const role = new URL("../../../roles/chatmaild/", import.meta.url);
const roleYaml = readFileSync(new URL("role.yaml", role), "utf8");
const { variables } = parse(roleYaml) as { variables: Record<string, OptionSchema> };

describe("the daemons' configuration", () => {
  it("is generated from role.yaml as it stands", () => {
    const generated = readFileSync(new URL("daemons/lib/schema.generated.ts", role), "utf8");
    assert.equal(generated, generateSchema(roleYaml), "run `npm run generate`");
  });

  it("uses only the schema keywords that the daemons check, and describes each option", () => {
    const known = ["type", "default", "description", "minimum", "maximum", "pattern", "enum"];
    for (const [name, schema] of Object.entries(variables)) {
      for (const keyword of Object.keys(schema)) assert.ok(known.includes(keyword), `${name}: ${keyword}`);
      assert.match(schema.description ?? "", /^[A-Z].*[.]$/s, name);
    }
  });

  it("needs the mail domain only and has defaults for the rest", () => {
    const config = parseConfig("[params]\nmail_domain = relay.test\n");
    assert.equal(config.mail_domain, "relay.test");
    assert.equal(config.mailboxes_dir, "/home/vmail/mail/relay.test");
    assert.equal(config.username_min_length, 9);
    assert.equal(config.max_message_size, 31457280);
    assert.equal(config.imap_compress, false);
  });

  it("types what the file gives and passes over what it does not know", () => {
    const text =
      "# c\n[other]\nx = 1\n[params]\nmail_domain=a.b\nimap_rawlog = True\nmax_load_1m = 2.5\nwww_folder =\n";
    const config = parseConfig(text);
    assert.equal(config.imap_rawlog, true);
    assert.equal(config.max_load_1m, 2.5);
  });

  it("tells all that is wrong, each with its key", () => {
    const text =
      "[params]\nusername_min_length = many\nfiltermail_smtp_port = 70000\nmax_mailbox_size = big\n";
    assert.throws(
      () => parseConfig(text),
      (error: Error) => {
        for (const key of ["mail_domain", "username_min_length", "filtermail_smtp_port", "max_mailbox_size"])
          assert.match(error.message, new RegExp(`\\b${key} (is missing|must)`));
        return true;
      },
    );
  });

  it("refuses limits that exclude each other", () => {
    const text = "[params]\nmail_domain = a.b\nusername_min_length = 10\nusername_max_length = 8\n";
    assert.throws(() => parseConfig(text), /username_min_length must not be above/);
  });

  it("names the file that cannot be read", () => {
    assert.throws(() => readConfig("/nowhere/chatmail.ini"), /^Error: \/nowhere\/chatmail.ini: /);
  });

  it("joins indented lines and tells where a line is not INI", () => {
    const section = readIniSection(
      "[params]\nprivacy_postal =\n  Some One\n  Street 1\nb = x = y\n",
      "params",
    );
    assert.equal(section.get("privacy_postal"), "Some One\nStreet 1");
    assert.equal(section.get("b"), "x = y");
    assert.throws(() => readIniSection("[params]\nnonsense\n", "params"), /line 2/);
    assert.throws(() => readIniSection("[params]\na = 1\na = 2\n", "params"), /line 3: a is given twice/);
  });

  it("reads sizes, a bare number as megabytes", () => {
    assert.deepEqual(["500M", "1G", "20MB", "2GB", "7"].map(sizeInBytes), [
      500 * 2 ** 20,
      2 ** 30,
      20 * 2 ** 20,
      2 * 2 ** 30,
      7 * 2 ** 20,
    ]);
  });

  it("judges values as a full validator of JSON Schema does", () => {
    const ajv = new Ajv({ strict: true, allErrors: true });
    const value = fc.oneof(fc.integer(), fc.constantFrom("relay.test", "a b", "5M", "", "true", "0.5", "-3"));
    for (const schema of Object.values(variables)) {
      const valid = ajv.compile(schema);
      fc.assert(
        fc.property(value, (given) => {
          let checked: unknown;
          try {
            checked = checkOption(String(given), schema);
          } catch {
            return !valid(schema.type === "string" ? String(given) : given) || typeof given === "string";
          }
          return valid(checked) === true;
        }),
        { numRuns: 50 },
      );
    }
  });
});
