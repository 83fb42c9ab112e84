// The state as scripts that somebody writes for this one purpose: to look at it, to bring it about, to take
// it away. What a run costs beyond them is what the tool costs.

import { quote } from "../../../runner/transport/quote.ts";
import { type File, type Group, USUAL_LEVEL } from "./state.ts";

const PUT = 'put() { cat >"$1.new"; chown root:root "$1.new"; chmod "$2" "$1.new"; mv "$1.new" "$1"; }\n';

/** Prints all that the state is about: the floor of a run that changes nothing. */
export function look(groups: readonly Group[]): string {
  const files = groups.flatMap((each) => each.files.map(({ path }) => path));
  const paths = groups.flatMap((each) => [each.directory, each.home, each.link.path, each.line.path]);
  return `export LC_ALL=C
find ${words([...files, ...paths])} -maxdepth 0 -printf '%p %y %m %U %G %u %g %s %l\\n'
sha256sum -- ${words(files)}
grep -n . -- ${words(groups.map(({ line }) => line.path))}
dpkg-query -W -f '\${Package} \${Version} \${db:Status-Status}\\n' ${words(groups.flatMap((each) => each.packages))}
getent passwd ${words(groups.map(({ user }) => user))}
getent group ${words(groups.map(({ user }) => user))}
systemctl show -p LoadState -p ActiveState -p UnitFileState ${words(groups.map(({ unit }) => unit))}
`;
}

/** Does the same as the tasks, and in the end the same as their handlers. */
export function converge(groups: readonly Group[]): string {
  return `set -eu
export LC_ALL=C
umask 022
${PUT}dpkg-query -W ${words(groups.flatMap((each) => each.packages))} >/dev/null
${groups.map(bringAbout).join("")}systemctl daemon-reload
systemctl restart ${words(groups.map(({ unit }) => unit))}
`;
}

/** Looks, writes the one file that is to say something else, and restarts its service. */
export function change(groups: readonly Group[], level: string): string {
  const { files, unit } = groups[0] as Group;
  const { path, mode, text } = files[0] as File;
  return `${look(groups)}${PUT}put ${path} ${mode} <<'END'
${text.replace(USUAL_LEVEL, level)}END
systemctl restart ${unit}
`;
}

function bringAbout({ user, home, directory, files, line, link, unit }: Group): string {
  const put = files.map(({ path, mode, text }) => `put ${path} ${mode} <<'END'\n${text}END\n`);
  return `useradd -r -M -d ${home} -s /usr/sbin/nologin ${user}
install -d -m 0755 ${directory}
install -d -m 0750 -o ${user} -g ${user} ${home}
${put.join("")}put ${line.path} 0644 <<'END'
${line.text}
END
ln -s ${link.target} ${link.path}
systemctl enable -q --now ${unit}
`;
}

/** The host as it was before. */
export function undo(groups: readonly Group[]): string {
  const units = words(groups.map(({ unit }) => unit));
  return `systemctl disable -q --now ${units} 2>/dev/null
rm -rf /etc/bench /var/lib/bench /etc/systemd/system/bench-*.service /var/lib/chatmail-play
for u in ${words(groups.map(({ user }) => user))}; do userdel "$u" 2>/dev/null; done
systemctl daemon-reload
systemctl reset-failed
sync
`;
}

const words = (values: readonly string[]): string => values.map(quote).join(" ");
