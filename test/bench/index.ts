// npm run bench -- NAME: measures what the project claims, in one run beside what it is compared with.

import { benchRunner } from "./runner.ts";

const benches: Readonly<Record<string, () => Promise<void>>> = { runner: benchRunner };

const name = process.argv[2] ?? "";
const bench = benches[name];
if (bench) await bench();
else {
  console.error(`usage: npm run bench -- NAME, where NAME is one of: ${Object.keys(benches).join(", ")}`);
  process.exitCode = 1;
}
