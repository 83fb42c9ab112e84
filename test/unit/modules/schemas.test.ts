// The parameters of modules as JSON Schemas. The runner itself takes them as they are, to start sooner.

import assert from "node:assert/strict";
import { Ajv } from "ajv";
import { modules } from "../../../runner/modules/index.ts";

describe("the schemas of modules", () => {
  const ajv = new Ajv();
  for (const { name, params } of modules) {
    it(`of ${name} is valid JSON Schema`, () => {
      assert.ok(ajv.validateSchema(params), ajv.errorsText());
    });
  }
});
