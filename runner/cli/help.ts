// `--help`, laid out from the table of options.

import { groups, initOptions, type Option, options, rollbackOptions, schemaOptions } from "./option-table.ts";

const usage = `Usage: chatmail-play PLAYBOOK... -i INVENTORY [OPTION...]
       chatmail-play init DOMAIN [OPTION...]
       chatmail-play history -i INVENTORY [OPTION...]
       chatmail-play rollback -i INVENTORY [--run ID] [OPTION...]
       chatmail-play doc [module NAME | role NAME | filters [NAME]]
       chatmail-play schema [-o DIRECTORY]

Brings hosts into the state that playbooks describe, over SSH or on this machine.
A PLAYBOOK that is not found as given is looked for in playbooks/.
init writes the inventory of a relay, with all that can be set as comments.
history lists the runs that changed something.
rollback puts back what was there before one of them.
doc tells of modules, roles, filters and tests.
schema writes JSON Schemas, by which editors complete and check inventories, playbooks and roles.`;

const examples = `Examples:
  chatmail-play site.yaml -i inventory.yaml                   bring all hosts into line
  chatmail-play site.yaml -i inventory.yaml --check --diff    what would change, and how
  chatmail-play site.yaml -i inventory.yaml -l host -t nginx  one host, one part`;

const exitCodes = `Exit codes:
  0    done
  1    the request, the inventory or a playbook is wrong; no host was contacted
  2    a task failed on some host; some playbooks say something else by other codes
  3    with --check --exit-code: nothing failed, and a run would change something
  4    a host could not be reached, and nothing failed elsewhere
  130  interrupted`;

/** Narrower than this, lines of help become unreadable. */
const MIN_COLUMNS = 50;
const MAX_COLUMNS = 100;
/** An option that is longer stands on a line of its own. */
const MAX_LABEL = 24;

export function helpText(columns: number): string {
  const width = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns));
  const all: readonly Option[] = [
    ...options,
    ...[...initOptions, ...schemaOptions].filter(({ name }) => name !== "help"),
    ...rollbackOptions,
  ];
  const labels = Math.max(
    ...all.map((option) => label(option).length).filter((length) => length <= MAX_LABEL),
  );
  const sections = groups.map((group) => {
    const lines = all
      .filter((option) => option.group === group)
      .map((option) => entry(option, labels, width));
    return `${group}:\n${lines.join("\n")}`;
  });
  return `${[usage, ...sections, examples, exitCodes].join("\n\n")}\n`;
}

function label({ name, short, value }: Option): string {
  return `  ${short ? `-${short}, ` : "    "}--${name}${value ? ` ${value}` : ""}`;
}

function entry(option: Option, labels: number, width: number): string {
  const gutter = " ".repeat(labels + 2);
  const [first = "", ...lines] = wrap(option.help, width - gutter.length);
  const own = label(option);
  const head = own.length > labels ? `${own}\n${gutter}` : own.padEnd(gutter.length);
  return [head + first, ...lines.map((line) => gutter + line)].join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
