// What the generated playbook brings about, as data: the playbook (project.ts) and the hand-written scripts
// (by-hand.ts) are two ways of saying it. All of it lies in places that undo() of by-hand.ts clears again.

export interface File {
  readonly path: string;
  readonly mode: string;
  readonly text: string;
  /** The template that gives the text; without one it is copied as it is. */
  readonly template?: string;
  /** Another text restarts the group's service. */
  readonly restarts?: true;
}

/** What one service needs: 14 tasks, of the kinds that people write most. */
export interface Group {
  /** "web-1": of the role web. */
  readonly name: string;
  readonly role: string;
  readonly packages: readonly string[];
  readonly user: string;
  readonly home: string;
  readonly directory: string;
  readonly files: readonly File[];
  /** A line of a file that is otherwise not ours. */
  readonly line: { readonly path: string; readonly text: string };
  readonly link: { readonly path: string; readonly target: string };
  readonly unit: string;
}

export const ROLES = ["web", "mail", "names", "keys", "metrics", "backup"];
/** Tasks that a group takes. */
export const TASKS_OF_A_GROUP = 14;
/** The variable that only one template uses: another value of it changes one file. */
export const LEVEL = "bench_level";
export const USUAL_LEVEL = "info";
/** What the templates loop over. */
export const NAMES = Array.from({ length: 24 }, (_, n) => `relay-${n + 1}`);

/** Of every Debian host. */
const PACKAGES = [
  "base-files", "base-passwd", "bash", "coreutils", "dash", "debconf", "diffutils", "findutils", "grep",
  "gzip", "hostname", "login", "mount", "passwd", "sed", "tar", "util-linux", "systemd",
]; // biome-ignore format: a list of words

/** 1 gives the 84 tasks of the usual playbook, 10 gives ten times as many, in the same six roles. */
export function groups(ofEachRole: number): Group[] {
  return Array.from({ length: ofEachRole }, (_, n) => n + 1).flatMap((n) =>
    ROLES.map((role, index) => group(role, n, PACKAGES.slice(index * 3, index * 3 + 3))),
  );
}

function group(role: string, n: number, packages: readonly string[]): Group {
  const name = `${role}-${n}`;
  const user = `bench-${name}`;
  const directory = `/etc/bench/${name}`;
  const file = (base: string, mode: string, lines: readonly string[], more: Partial<File> = {}): File => ({
    path: `${directory}/${base}`,
    mode,
    text: `${lines.join("\n")}\n`,
    ...more,
  });
  const level = name === "web-1" ? `{{ ${LEVEL} }}` : USUAL_LEVEL;
  return {
    name,
    role,
    packages,
    user,
    home: `/var/lib/bench/${name}`,
    directory,
    files: [
      file(
        "main.conf",
        "0644",
        [`# ${name}`, `level = ${USUAL_LEVEL}`, ...NAMES.map((each) => `relay ${each}`)],
        {
          template: `# ${name}\nlevel = ${level}\n{% for each in bench_names %}\nrelay {{ each }}\n{% endfor %}\n`,
          restarts: true,
        },
      ),
      file(
        "routes.conf",
        "0644",
        [`# routes of ${name}`, ...NAMES.map((each, at) => `${at} ${each.toUpperCase()}`)],
        {
          template: `# routes of {{ bench_of }}\n{% for each in bench_names %}\n{{ loop.index0 }} {{ each | upper }}\n{% endfor %}\n`,
        },
      ),
      file("limits.conf", "0640", [`[${name}]`, "size = 31457280", "open = yes"], {
        template: `[{{ bench_of }}]\nsize = {{ 30 * 1024 * 1024 }}\n{% if bench_names | length > 3 %}\nopen = yes\n{% endif %}\n`,
      }),
      file("motd", "0644", [`This is ${name}.`]),
      file("policy", "0644", prose(name, 40)),
      file("words", "0600", prose(name, 400)),
      {
        path: `/etc/systemd/system/bench-${name}.service`,
        mode: "0644",
        text: unit(name, user),
        template: unit("{{ bench_of }}", user),
        restarts: true,
      },
    ],
    line: { path: `${directory}/local.conf`, text: `limit = ${n * 10}` },
    link: { path: `${directory}/current`, target: "main.conf" },
    unit: `bench-${name}.service`,
  };
}

/** Without a limit of starts, which runs in quick succession would come to. */
function unit(description: string, user: string): string {
  return `[Unit]\nDescription=${description}\nStartLimitIntervalSec=0\n[Service]\nUser=${user}\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n`;
}

function prose(name: string, lines: number): string[] {
  return Array.from(
    { length: lines },
    (_, n) => `${name}: line ${n} of a text of some length that nobody reads`,
  );
}
