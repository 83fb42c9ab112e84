// The daemons' configuration: a file is either read, each value of the type and within the limits that the schema
// asks for, or refused with a message that names what is wrong.

import assert from "node:assert/strict";
import { parseConfig } from "../../../roles/chatmaild/daemons/lib/config.ts";
import schema from "../../../roles/chatmaild/daemons/lib/schema.generated.ts";
import type { Target } from "../target.ts";

const KEYS = Object.keys(schema.properties);

export const configTarget: Target = {
  name: "config",
  corpus: [
    "[params]\nmail_domain = relay.test\nmailboxes_dir = /home/vmail/mail/relay.test\n",
    `[params]\nmail_domain = relay.test\n${KEYS.slice(1)
      .map((key) => `${key} = 100\n`)
      .join("")}`,
    "; comment\n[params]\r\nmail_domain = relay.test\r\nprivacy_postal =\n  A Street\n  Town\n[other]\nx = y\n",
  ].map((text) => Buffer.from(text)),
  tokens: [
    ...KEYS,
    " = ",
    "=",
    "[params]\n",
    "[",
    "\n  ",
    "-1",
    "1e9",
    "0x10",
    "99999999999999999999",
    "true",
    "500M",
    "{{ x }}",
    "__proto__ = 1\n",
    "constructor",
  ],
  check: (input) => {
    let config: object;
    try {
      config = parseConfig(input.toString("utf8"));
    } catch (error) {
      assert.match((error as Error).message, /^line [0-9]+: |is missing|must|must not/);
      return;
    }
    for (const [key, option] of Object.entries<{ type: string; minimum?: number; maximum?: number }>(
      schema.properties,
    )) {
      const value = (config as Record<string, unknown>)[key];
      assert.equal(typeof value, option.type === "integer" ? "number" : option.type, key);
      if (typeof value !== "number") continue;
      assert.ok(Number.isFinite(value) && (option.type !== "integer" || Number.isInteger(value)), key);
      assert.ok(value >= (option.minimum ?? value) && value <= (option.maximum ?? value), key);
    }
  },
};
