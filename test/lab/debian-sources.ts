// Where this machine gets Debian from. apt itself is asked, so one-line and deb822 entries, mirrors and
// snapshots all count; entries that are not Debian's own archive (by the signed Release's Origin) do not.
import { readFile } from "node:fs/promises";
import { must } from "./command.ts";
import { LabError } from "./error.ts";

export interface DebianSource {
  /** As apt on this machine would fetch it: http, https, ... */
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const format = "$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(COMPONENT)";

/** The sources for one suite: the machine's own, with its code name exchanged where the suite is another one. */
export async function debianSources(suite: string): Promise<DebianSource[]> {
  let targets = await indexTargets();
  if (targets.length === 0) {
    // A machine that never ran it (many images come without lists) does not know any origin yet.
    await must("apt-get", ["update", "-q"]);
    targets = await indexTargets();
  }
  const own = /^VERSION_CODENAME=(\S+)/m.exec(await readFile("/etc/os-release", "utf8"))?.[1];
  const found = new Map<string, { uri: string; suite: string; components: string[] }>();
  for (const [codename, uri, component] of targets) {
    const match = /^([a-z]+)(-security|-updates)?$/.exec(codename);
    if (!match || match[1] !== own) continue;
    const entry = { uri: await withoutMirrorList(uri), suite: suite + (match[2] ?? ""), components: [] };
    const key = `${entry.uri} ${entry.suite}`;
    const known = found.get(key) ?? entry;
    found.set(key, known);
    if (!known.components.includes(component)) known.components.push(component);
  }
  if (![...found.values()].some((source) => source.suite === suite)) {
    throw new LabError(
      "apt on this machine has no entry for Debian's own archive",
      "check /etc/apt/sources.list and /etc/apt/sources.list.d, then run apt-get update",
    );
  }
  return [...found.values()];
}

async function indexTargets(): Promise<[string, string, string][]> {
  const text = await must("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]);
  return text
    .split("\n")
    .map((line) => line.split("|"))
    .flatMap(([origin, codename, uri, component]) =>
      origin === "Debian" && codename && uri && component ? [[codename, uri, component]] : [],
    );
}

/** Cloud images name a file with mirrors; the first one will do. */
async function withoutMirrorList(uri: string): Promise<string> {
  const list = /^mirror\+file:(.+?)\/?$/.exec(uri)?.[1];
  if (list === undefined) return uri.endsWith("/") ? uri : `${uri}/`;
  const first = (await readFile(list, "utf8")).split(/\s+/).find((word) => /^https?:/.test(word));
  if (!first) throw new LabError(`${list} names no http or https mirror`);
  return first.endsWith("/") ? first : `${first}/`;
}

/** For a host: always by http, because the lab's package cache fetches it in the machine's own way. */
export function sourcesList(sources: readonly DebianSource[]): string {
  return sources
    .map(({ uri, suite, components }) =>
      [`deb [signed-by=${keyring}]`, uri.replace(/^https:/, "http:"), suite, ...components].join(" "),
    )
    .join("\n")
    .concat("\n");
}

/** Settings without which the machine's own sources may not be usable, such as those of an archive snapshot. */
export async function aptSettings(): Promise<string> {
  const dump = await must("apt-config", ["dump"]);
  return dump
    .split("\n")
    .filter((line) => /^Acquire::Check-(Valid-Until|Date) /.test(line))
    .concat('Acquire::Languages "none";')
    .join("\n")
    .concat("\n");
}
