// How old apt's lists of packages are, by the host's own clock, and whether there are any.

import { defineFact } from "./fact.ts";
import { must, textLines } from "./fields.ts";

export interface AptLists {
  readonly present: boolean;
  /** Seconds since they were last fetched. */
  readonly age: number;
  /** When that was, in seconds since 1970. */
  readonly updated: number | undefined;
}

/** What holds after a change that has fetched them, which leaves the file $T/fetched for the rest of its batch. */
export const JUST_FETCHED: AptLists = { present: true, age: 0, updated: undefined };

const STAMPS = "/var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists";

const fact = defineFact<undefined, AptLists>({
  name: "lists",
  script: () => `c=0
for f in /var/lib/apt/lists/*_Packages*; do if [ -e "$f" ]; then c=1; break; fi; done
echo "$c"
date +%s
stat -c %Y ${STAMPS} 2>/dev/null || :`,
  parse(stdout, asks) {
    const [present, now, ...times] = textLines(stdout).map(Number);
    if (now === undefined || Number.isNaN(now)) throw new Error("the host does not tell the time");
    const updated = Math.max(0, ...times);
    return asks.map(() => ({ present: present === 1, age: Math.max(0, now - updated), updated }));
  },
  confirm: ([known]) => {
    const { updated } = known?.answer ?? JUST_FETCHED;
    if (updated === undefined) return must(['[ -e "$T/fetched" ]']);
    const newest = `stat -c %Y ${STAMPS} 2>/dev/null | sort -n | tail -n 1`;
    return must([`[ "$(${newest})" = ${updated === 0 ? '""' : updated} ]`]);
  },
  subject: () => ({ kind: "packages" }),
  key: () => "",
});

export const aptLists = () => fact(undefined);
