// docs/modules.md and docs/filters.md are made from what the runner knows, and `chatmail-play doc` prints it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generateFilters, generateModules } from "../../../roles/generate.ts";
import { doc } from "../../../runner/cli/doc.ts";
import { modules } from "../../../runner/modules/index.ts";
import { plain } from "../../../runner/report/paint.ts";
import { Problems } from "../../../runner/source/problem.ts";
import { Sources } from "../../../runner/source/sources.ts";
import { allFilters, allTests, valueOfExample } from "../../../runner/template/index.ts";

const root = join(import.meta.dirname, "../../..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");

function printed(words: readonly string[], columns = 80): string {
  const look = { columns, paint: plain };
  return doc({ words }, { directories: [root], look }, new Sources(root));
}

function refusal(...words: string[]): string {
  try {
    printed(words);
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.list.map(({ message, hint }) => `${message} (${hint})`).join("\n");
  }
  return "";
}

describe("The reference pages in docs/", () => {
  it("are generated from the modules, filters and tests as they are", () => {
    assert.equal(read("docs/modules.md"), generateModules(), "run `npm run generate`");
    assert.equal(read("docs/filters.md"), generateFilters(), "run `npm run generate`");
  });

  it("describe every parameter of every module in a sentence", () => {
    const wanting = modules.flatMap(({ name, params }) =>
      Object.entries(params.properties)
        .filter(
          ([, schema]) => !/^\S.*[.]\)?$/s.test(String((schema as { description?: string }).description)),
        )
        .map(([parameter]) => `${name}: ${parameter}`),
    );
    assert.deepEqual(wanting, []);
  });

  for (const operation of [...allFilters, ...allTests]) {
    it(`show ${operation.name} at work`, () => {
      const { name, aliases = [], example } = operation;
      assert.ok(
        [name, ...aliases].some((each) => example.includes(each)),
        example,
      );
      assert.notEqual(valueOfExample(example), "");
    });
  }
});

describe("chatmail-play doc", () => {
  it("lists what there is", () => {
    const list = printed([]);
    for (const { name } of modules) assert.match(list, new RegExp(`^  ${name} `, "m"));
    for (const name of ["postfix", "dovecot"]) assert.match(list, new RegExp(`^  ${name} +[A-Z]`, "m"));
    assert.match(list, /symmetric_difference,/);
  });

  it("tells of a module: parameters with types, defaults, aliases", () => {
    const page = printed(["module", "service"]);
    assert.match(page, /^systemd\n/);
    assert.match(page, /Also called service,\s+systemd_service\./);
    assert.match(page, /^ {2}name\n {6}text; also called service, unit\n {6}The unit\. /m);
    assert.match(page, /^ {2}daemon_reload\n {6}true or false; default: false; also called daemon-reload$/m);
    assert.match(printed(["module", "stat"]), /^ {2}path\n {6}text; required; /m);
  });

  it("tells of a role: variables with types, bounds and defaults", () => {
    const page = printed(["role", "chatmaild"]);
    assert.match(page, /^ {2}username_min_length\n {6}whole number; from 1 to 64; default: 9\n/m);
    assert.match(page, /^ {2}mail_domain\n {6}text; default: \{\{ inventory_hostname \}\}\n/m);
  });

  it("tells of filters and tests, each with an example and what it gives", () => {
    assert.match(printed(["filters"]), /^ {6}'mail' \| upper {2}-> {2}'MAIL'$/m);
    const both = printed(["filter", "upper"]);
    assert.match(both, /Filters\n\n {2}upper\n[\s\S]*Tests\n\n {2}upper\n/);
    assert.match(printed(["filters", "d"]), /^ {2}default$/m);
  });

  it("takes a bare name, too", () => {
    assert.equal(printed(["copy"]), printed(["module", "copy"]));
    assert.equal(printed(["tls"]), printed(["role", "tls"]));
  });

  it("keeps to the width of the terminal", () => {
    const tooLong = printed(["module", "user"], 40)
      .split("\n")
      .filter((line) => line.length > 40 && /\s/.test(line.trim()));
    assert.deepEqual(tooLong, []);
  });

  it("names what was probably meant", () => {
    assert.equal(refusal("module", "copi"), 'there is no module "copi" (did you mean "copy"?)');
    assert.equal(refusal("role", "postfx"), 'there is no role "postfx" (did you mean "postfix"?)');
    assert.equal(refusal("filters", "uper"), 'there is no filter and no test "uper" (did you mean "upper"?)');
    assert.equal(refusal("rolle"), 'doc knows nothing of "rolle" (did you mean "role"?)');
    assert.match(refusal("a", "b", "c"), /^doc takes a kind and a name, and got a b c/);
  });
});
