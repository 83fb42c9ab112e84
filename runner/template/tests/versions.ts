// Versions compared as Ansible does by default (Python's LooseVersion): numbers as numbers, words as texts.

import { Fault } from "../python/values.ts";

export function compareVersions(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, other] = [a[at], b[at]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    if (typeof one !== typeof other) {
      throw new Fault(
        `the versions "${left}" and "${right}" cannot be compared: "${one}" and "${other}" differ in kind`,
      );
    }
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

function partsOf(version: string): (string | number)[] {
  if (version === "") throw new Fault("an empty text is no version");
  return version
    .split(/(\d+|[a-z]+|\.)/)
    .filter((part) => part !== "" && part !== ".")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
