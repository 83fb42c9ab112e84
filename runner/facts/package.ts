// Whether Debian packages are installed, in which version, and whether dpkg left them half-way. One
// dpkg-query(1) for all names; a second one, over everything, only when a name is unknown: it may be virtual.

import { quote } from "../transport/quote.ts";
import { defineFact, type Known, type Subject } from "./fact.ts";
import { must, textLines, words } from "./fields.ts";

export interface PackageState {
  readonly installed: boolean;
  readonly version: string | undefined;
  /** dpkg's word: installed, config-files, half-configured, half-installed, unpacked, not-installed ... */
  readonly status: string;
  /** It stays at its version: apt-mark hold. */
  readonly held: boolean;
  /** Installed packages that provide this name. */
  readonly providedBy: readonly string[];
}

const NOT_INSTALLED: PackageState = {
  installed: false,
  version: undefined,
  status: "not-installed",
  held: false,
  providedBy: [],
};
/** A package whose triggers are outstanding works; the next run of dpkg does the rest. */
const WORKING = new Set(["installed", "triggers-pending", "triggers-awaited"]);

export const packageState = defineFact<string, PackageState>({
  name: "package",
  script: (
    names,
  ) => `f='\${Package}\\t\${Architecture}\\t\${Version}\\t\${db:Status-Want}\\t\${db:Status-Status}\\n'
dpkg-query -W -f "$f" -- ${words(names)} 2>/dev/null || {
  printf '\\n'
  dpkg-query -W -f '\${db:Status-Status}\\t\${Package}\\t\${Provides}\\n' 2>/dev/null | grep '	..*	.' || :
}`,
  parse(stdout, names) {
    const lines = textLines(stdout).map((line) => line.split("\t"));
    const end = lines.findIndex(([first]) => first === "");
    const known = lines.slice(0, end < 0 ? undefined : end);
    const providers = end < 0 ? [] : lines.slice(end + 1);
    return names.map((name) => {
      const [bare, architecture] = name.split(":");
      const states = known
        .filter(([found, of]) => found === bare && (!architecture || of === architecture || of === "all"))
        .map(readState);
      return {
        ...(states.find(({ installed }) => installed) ?? states[0] ?? NOT_INSTALLED),
        providedBy: providers
          .filter(
            ([status, , provides]) =>
              status && WORKING.has(status) && providesName(provides ?? "", bare ?? name),
          )
          .flatMap(([, provider]) => provider ?? []),
      };
    });
  },
  confirm: confirmPackages,
  subject: () => ({ kind: "packages" }),
  key: (name) => name,
});

/** As far as plans go by them: in which state and version they are, and that nothing provides those that are not there. */
function confirmPackages(known: readonly Known<string, PackageState>[]): string | undefined {
  if (known.some(({ ask, answer }) => ask.includes(":") || answer.providedBy.length > 0)) return undefined;
  const names = known.map(({ ask }) => ask);
  const absent = known.filter(({ answer }) => answer.status === "not-installed").map(({ ask }) => ask);
  const conditions = known.map(({ ask, answer: { status, version } }) =>
    absent.includes(ask)
      ? `! has ${quote(`${ask} `)}`
      : `has ${quote(`${ask} ${status} ${version === undefined ? "" : `${version} `}`)}`,
  );
  const provided = absent.map((name) => name.replace(/[.+]/g, "\\$&")).join("|");
  const provider = `grep -qE ${quote(`^(installed|triggers-[a-z]+) (.*[ ,])?(${provided})([ ,:(]|$)`)}`;
  return `have="
$(dpkg-query -W -f '\${Package} \${db:Status-Status} \${Version} \\n' -- ${words(names)} 2>/dev/null)
"
has() { case $have in *"
$1"*) ;; *) return 1 ;; esac; }
${must(absent.length > 0 ? [...conditions, `! dpkg-query -W -f '\${db:Status-Status} \${Provides}\\n' | ${provider}`] : conditions)}`;
}

/** Debian's packages leave these to whoever administers the host: Debian Policy 9.1.2, FHS. */
const LEFT_ALONE = /^\/(?:usr\/local|home|root|srv|opt|mnt|media|etc\/systemd\/system)(?:\/|$)/;

/** Whether an installation of packages may bring something of this kind. */
export function packagesMayBring(subject: Subject): boolean {
  if (subject.kind === "path") return !LEFT_ALONE.test(subject.path);
  return subject.kind === "units" || subject.kind === "accounts" || subject.kind === "groups";
}

function readState([, , version, want, status = ""]: readonly string[]): PackageState {
  return {
    installed: WORKING.has(status),
    version: version || undefined,
    status,
    held: want === "hold",
    providedBy: [],
  };
}

function providesName(provides: string, name: string): boolean {
  return provides.split(",").some((each) => each.trim().split(/[\s:(]/, 1)[0] === name);
}
