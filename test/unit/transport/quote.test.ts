import { strictEqual, throws } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { quote } from "../../../runner/transport/quote.ts";

describe("quote", () => {
  it("leaves plain words readable", () => {
    strictEqual(quote("/etc/postfix/main.cf"), "/etc/postfix/main.cf");
    strictEqual(quote("smtp_bind_address=::1"), "smtp_bind_address=::1");
  });

  it("quotes what the shell would take for more than a word", () => {
    strictEqual(quote(""), "''");
    strictEqual(quote("~root"), "'~root'");
    strictEqual(quote("it's"), "'it'\\''s'");
    strictEqual(quote("a\nb"), "'a\nb'");
    strictEqual(quote("=ls"), "'=ls'");
  });

  it("refuses NUL, which no argument can hold", () => {
    throws(() => quote("a\0b"), /NUL/);
  });

  it("gives back any text through a real shell", () => {
    const hostile = fc.array(
      fc.constantFrom(
        "'",
        '"',
        "\\",
        "$(id)",
        "`id`",
        "\n",
        "\r",
        "\t",
        "*",
        "~",
        "-n",
        "!",
        "é",
        "💣",
        "\x01",
        "\x7f",
        ";",
        "&",
        "|",
        " ",
      ),
      { maxLength: 12 },
    );
    const value = fc
      .oneof(
        fc.string({ unit: "binary" }),
        hostile.map((parts) => parts.join("")),
      )
      .filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(value, { minLength: 20, maxLength: 100 }), (values) => {
        const script = values.map((value) => `printf %s ${quote(value)}; printf '\\000'`).join("\n");
        const { stdout } = spawnSync("sh", { input: script });
        strictEqual(stdout.toString(), values.map((value) => `${value}\0`).join(""));
      }),
      { numRuns: 25 },
    );
  });

  it("gives one word also after a redirection, as a command and in an assignment", () => {
    const script = ["x=", "=x", "a=b", "2", "{", "if", "~", "a:~", "-"].map(
      (value) => `v=${quote(value)}; printf '%s\\n' "$v"`,
    );
    const { stdout } = spawnSync("sh", { input: script.join("\n") });
    strictEqual(stdout.toString(), "x=\n=x\na=b\n2\n{\nif\n~\na:~\n-\n");
  });
});
