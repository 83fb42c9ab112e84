// npm run test:capture [-- NAME ...]: runs the cases with ansible-playbook, writes down what it makes of them, and says
// where we differ. `because` in an expectation, why we differ on purpose, is kept, and how we do is written beside it.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Limit } from "../../runner/engine/limit.ts";
import { type Lab, openLab } from "../lab/index.ts";
import { runAnsible } from "./ansible.ts";
import { type Case, expectedFile, laidOut, readCases, readCasesOnHosts } from "./case.ts";
import { type Observation, type Ran, treeOf } from "./observation.ts";
import { onHost, type Run } from "./on-host.ts";
import { runOurs } from "./ours.ts";

process.umask(0o022);
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const verbose = process.argv.includes("--verbose");
const chosen = (cases: readonly Case[]) =>
  cases.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const limit = new Limit(3);
const here =
  (run: Run) =>
  (of: Case): Promise<Observation> =>
    laidOut(of, async (directory) => ({
      runs: (await told(run, of, directory)).runs,
      tree: treeOf(directory),
    }));
await Promise.all(
  chosen(readCases()).map((each) => limit.run(() => capture(each, here(runAnsible), here(runOurs)))),
);

const onHosts = chosen(readCasesOnHosts());
if (onHosts.length > 0) {
  const lab = await openLab({ name: "capture" });
  try {
    for (const each of onHosts) await captureOnHosts(each, lab);
  } finally {
    await lab.down();
  }
}

async function captureOnHosts(each: Case, lab: Lab): Promise<void> {
  const [theirs, ours] = [await lab.host("ansible.example"), await lab.host("ours.example")];
  await theirs.must(
    "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -yq install acl python3 python3-apt",
  );
  await capture(
    each,
    (of) => onHost(of, theirs, (...words) => told(runAnsible, ...words)),
    (of) => onHost(of, ours, (...words) => told(runOurs, ...words)),
  );
  await Promise.all([theirs.down(), ours.down()]);
}

type Observe = (of: Case) => Promise<Observation>;

async function capture(each: Case, observeAnsible: Observe, observeOurs: Observe): Promise<void> {
  const file = expectedFile(each.name);
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const [ansible, ours] = [await observeAnsible(each), await observeOurs(each)];
  const differs = known.because === undefined ? {} : { because: known.because, ours };
  writeFileSync(file, `${JSON.stringify({ ...differs, ansible }, undefined, 2)}\n`);
  console.log(`${each.name}: ${difference(ours, ansible)}`);
}

async function told(run: Run, ...of: Parameters<Run>): Promise<Ran> {
  const ran = await run(...of);
  if (verbose) console.log(ran.said);
  return ran;
}

function difference(ours: Observation, ansible: Observation): string {
  try {
    assert.deepEqual(ours, ansible);
    return "as Ansible";
  } catch (error) {
    return (error as Error).message.replace("strictly deep-equal", "the same");
  }
}
