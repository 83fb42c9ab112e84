// Asks one name server, and waits until it says what it should.
import { Resolver } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Addresses, or texts with their parts put together; nothing when there is no answer. */
export async function ask(server: string, name: string, type: "A" | "TXT"): Promise<string[]> {
  const resolver = new Resolver({ timeout: 150, tries: 1 });
  resolver.setServers([server]);
  const answer =
    type === "A"
      ? resolver.resolve4(name)
      : resolver.resolveTxt(name).then((texts) => texts.map((parts) => parts.join("")));
  return answer.catch(() => []);
}

/** False when that takes too long. */
export async function holdsWithin(ms: number, holds: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(10)) {
    if (await holds()) return true;
  }
  return false;
}
