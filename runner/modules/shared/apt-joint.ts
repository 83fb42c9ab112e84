// Neighbouring tasks that install packages, as one transaction of apt. Only the time tells the difference: a task that
// would find its packages there, since they come along with those before it, stays out; and when the transaction fails,
// each task is tried by itself, so that it is told of its own packages alone.

import { quote } from "../../transport/quote.ts";
import type { Joint } from "../module.ts";

export interface Installation {
  /** As apt-get takes them: NAME or NAME=VERSION, without blanks. */
  readonly words: readonly string[];
  /** The command that installs the words after it. */
  readonly command: string;
  /** What comes before it, which the others need not do again: functions, and the lists of packages. */
  readonly first: string;
  /** Whether recommended packages come too; else as apt is set up. */
  readonly recommends: boolean | undefined;
}

/** `kind`: what is installed in another way does not go along. */
export function aptJoint(kind: string, { words, command, first, recommends }: Installation): Joint {
  return {
    kind: `apt ${kind}`,
    words,
    script: (others, place) => `${first}
recommends=${recommends ?? "$(apt-config shell r APT::Install-Recommends/b)"}
place=${place}
cat >"$place-tasks" <<'END'
${[words, ...others].map((each) => each.join(" ")).join("\n")}
END
${FUNCTIONS}
count=$(together)
all=
n=0
while [ "$n" -lt "$count" ] && read -r words; do
  all="$all $words"
  versions $words >"$place-was-$n"
  n=$((n + 1))
done <"$place-tasks"
if [ "$count" -gt 1 ]; then
  well=1
  (${command} $all) 2>/dev/null || well=
  n=0
  while [ "$n" -lt "$count" ] && read -r words; do
    if [ -n "$well" ] || made $words; then : >"$place-$n"; fi
    n=$((n + 1))
  done <"$place-tasks"
fi
set +f
[ -e "$place-0" ] || ${command} ${words.map(quote).join(" ")}`,
  };
}

const FUNCTIONS = `set -f
names() { for word; do printf '%s ' "\${word%%[:=]*}"; done; }
versions() { dpkg-query -W -f '\${Package} \${Version} \${db:Status-Status}\\n' -- $(names "$@") 2>/dev/null || :; }
# All of them are installed, and not all of them were.
made() {
  versions "$@" >"$place-is"
  ! grep -qv -e ' installed$' -e ' triggers-[a-z]*$' "$place-is" &&
    [ "$(wc -l <"$place-is")" -ge $# ] && ! cmp -s "$place-is" "$place-was-$n"
}
# How many of the tasks go together: not one all of whose packages come along with those before it.
together() {
  apt-cache depends --recurse --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \\
    -- $(names $(cat "$place-tasks")) 2>/dev/null | awk -v recommends="$recommends" -v tasks="$place-tasks" '
    function come(name,  wanted, i) {
      if (name in comes) return
      comes[name] = 1
      for (i = split(needs[name], wanted, " "); i > 0; i--) come(wanted[i])
    }
    /^[^ ]/ { of = $1; either = 0; next }
    /^    / { next }
    # Of several that would do apt takes the first.
    !either && ($1 ~ /Depends:$/ || $1 ~ /Recommends:$/ && recommends !~ /false/) { needs[of] = needs[of] " " $2 }
    { either = /^ [|]/ }
    END {
      for (count = 0; (getline line <tasks) > 0; count++) {
        more = 0
        for (i = split(line, words, " "); i > 0; i--) {
          sub(/[:=].*/, "", words[i])
          if (!(words[i] in comes)) more++
        }
        if (count > 0 && more == 0) break
        for (i in words) come(words[i])
      }
      print count
    }'
}`;
