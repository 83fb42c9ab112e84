// A disk with all packages of the site on it, and sudo: from there a run of the site takes two seconds.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { Lab, Snapshot } from "../../lab/index.ts";

const ROLES = fileURLToPath(new URL("../../../roles", import.meta.url));

export async function withPackages(lab: Lab): Promise<Snapshot> {
  const names = ["sudo", ...packagesOfRoles()].join(" ");
  return lab.snapshot({
    name: "site-packages",
    key: `${names} 1`,
    prepare: async (host) => {
      const stay = "printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d";
      const install = `DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends ${names}`;
      await host.must(`${stay}; apt-get -q update && ${install}; rm /usr/sbin/policy-rc.d`);
    },
  });
}

/** Those that tasks name plainly. */
function packagesOfRoles(): string[] {
  const files = readdirSync(ROLES, { recursive: true, encoding: "utf8" }).filter((path) =>
    /^[^/]+\/tasks\/[^/]+\.ya?ml$/.test(path),
  );
  const tasks = files.flatMap((path) => {
    const list: unknown = parse(readFileSync(join(ROLES, path), "utf8"));
    return Array.isArray(list) ? (list as { apt?: { name?: string | string[]; state?: string } }[]) : [];
  });
  const names = tasks.flatMap(({ apt }) => (apt?.state === "absent" ? [] : (apt?.name ?? [])));
  return [...new Set(names.filter((name) => /^[a-z0-9.+-]+$/.test(name)))].sort();
}
