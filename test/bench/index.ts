// npm run bench -- NAME: measures what the project claims, in one run beside what it is compared with.

import { benchDaemons } from "./daemons/index.ts";
import { benchRunner } from "./runner/index.ts";

const benches: Readonly<Record<string, (argv: readonly string[]) => Promise<void>>> = {
  runner: benchRunner,
  daemons: benchDaemons,
};

const [name = "", ...argv] = process.argv.slice(2);
const bench = benches[name];
if (bench) await bench(argv);
else {
  console.error(`usage: npm run bench -- NAME, where NAME is one of: ${Object.keys(benches).join(", ")}`);
  process.exitCode = 1;
}
