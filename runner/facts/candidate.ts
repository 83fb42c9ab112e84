// Which version apt would install, by its lists and pins: apt-cache(8) policy. Costs much more than asking
// dpkg, so only for `state: latest` and the like.

import { defineFact } from "./fact.ts";
import { textLines, words } from "./fields.ts";

export interface Candidate {
  /** apt has heard of the name: of a package, or of a virtual one. */
  readonly known: boolean;
  /** Undefined when there is no version that can be installed. */
  readonly version: string | undefined;
}

export const aptCandidate = defineFact<string, Candidate>({
  name: "candidate",
  script: (names) => `LC_ALL=C apt-cache policy -- ${words(names)} 2>/dev/null || :`,
  parse(stdout, names) {
    const candidates = new Map<string, string | undefined>();
    let name = "";
    for (const line of textLines(stdout)) {
      const heading = /^(\S+):$/.exec(line)?.[1];
      if (heading) {
        name = heading;
        candidates.set(name, undefined);
      }
      const version = /^ {2}Candidate: (\S+)$/.exec(line)?.[1];
      if (version && version !== "(none)") candidates.set(name, version);
    }
    return names.map((each) => ({ known: candidates.has(each), version: candidates.get(each) }));
  },
  subject: () => ({ kind: "packages" }),
  key: (name) => name,
});
