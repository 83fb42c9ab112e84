import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modules } from "../../../runner/modules/index.ts";
import { schemaErrors } from "../../../runner/source/schema.ts";
import { keepValidatorsIn } from "../../../runner/source/validators.ts";

describe("validators that are kept", () => {
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "validators-"));
  });

  after(() => {
    keepValidatorsIn(undefined);
    rmSync(directory, { recursive: true });
  });

  /** Wrong in several ways; each validator has its own copy, which coercing alters, and its own schema, as each run has. */
  const judge = (schema: object) =>
    [{ nonsense: 1 }, { name: { a: 1 }, mode: [], path: "", state: "odd" }, { name: "x", path: "/x" }].map(
      (value) => [schemaErrors(structuredClone(schema), value, "coercing"), value],
    );

  it("judge all modules' parameters as new ones do", () => {
    for (const { name, params } of modules) {
      keepValidatorsIn(undefined);
      const fresh = judge(params);
      keepValidatorsIn(directory);
      assert.deepEqual(judge(params), fresh, name);
      assert.deepEqual(judge(params), fresh, name);
    }
    assert.ok(readdirSync(directory).length > 20);
  });

  it("are made each time where they cannot be written", () => {
    keepValidatorsIn(join(directory, readdirSync(directory)[0] ?? "", "below-a-file"));
    assert.equal(schemaErrors({ type: "string", minLength: 2 }, "a").length, 1);
  });
});
