// npm run bench -- daemons [PART]: the daemons under load, all parts or one of them.

import { benchDoveauth } from "./doveauth.ts";
import { benchExpiry } from "./expiry.ts";
import { benchFiltermail } from "./filtermail.ts";
import { benchIdle } from "./idle.ts";

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  filtermail: benchFiltermail,
  doveauth: benchDoveauth,
  expiry: benchExpiry,
  idle: benchIdle,
};

export async function benchDaemons([wanted]: readonly string[]): Promise<void> {
  for (const [name, part] of Object.entries(PARTS)) if (!wanted || wanted === name) await part();
}
