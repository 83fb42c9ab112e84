// npm run test:capture [-- NAME ...]: runs the cases with ansible-playbook, writes down what it makes of them, and says
// where we differ. `because` in an expectation, why we differ on purpose, is kept, and how we do is written beside it.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Limit } from "../../runner/engine/limit.ts";
import { runAnsible } from "./ansible.ts";
import { type Case, expectedFile, laidOut, readCases } from "./case.ts";
import type { Observation } from "./observation.ts";
import { runOurs } from "./ours.ts";

process.umask(0o022);
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const verbose = process.argv.includes("--verbose");
const cases = readCases().filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const limit = new Limit(3);
await Promise.all(cases.map((each) => limit.run(() => capture(each))));

async function capture(each: Case): Promise<void> {
  const file = expectedFile(each.name);
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const ansible = await laidOut(each, (directory) => runAnsible(each, directory));
  const ours = await laidOut(each, (directory) => runOurs(each, directory));
  const differs = known.because === undefined ? {} : { because: known.because, ours: ours.observed };
  writeFileSync(file, `${JSON.stringify({ ...differs, ansible: ansible.observed }, undefined, 2)}\n`);
  console.log(`${each.name}: ${difference(ours.observed, ansible.observed)}`);
  if (verbose) console.log(ansible.said, ours.said);
}

function difference(ours: Observation, ansible: Observation): string {
  try {
    assert.deepEqual(ours, ansible);
    return "as Ansible";
  } catch (error) {
    return (error as Error).message.replace("strictly deep-equal", "the same");
  }
}
