// Texts of ansible-vault: opened, or refused in a sentence. Nothing that was altered is opened.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Secrets } from "../../../runner/secrets/secrets.ts";
import { Vault } from "../../../runner/secrets/vault.ts";
import type { Target } from "../target.ts";

const text = readFileSync(new URL("../../unit/secrets/captured/file.txt", import.meta.url), "utf8");
const PLAIN = "a file\nof two lines\n";

export const vaultTarget: Target = {
  name: "vault",
  corpus: [text, text.replace("1.1;AES256", "1.2;AES256;label")].map((each) => Buffer.from(each)),
  tokens: ["$ANSIBLE_VAULT;", "1.1", "1.2", ";AES256", ";", "\n", "\r\n", "0a", "30", "zz", " "],
  check(input) {
    const vault = new Vault(new Secrets());
    vault.add("open sesame");
    const opened = vault.open(input.toString("utf8"));
    if (opened.bytes === undefined) assert.ok(opened.problem !== "" && opened.hint !== "");
    else assert.equal(opened.bytes.toString(), PLAIN);
  },
};
