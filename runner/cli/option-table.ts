// Every option of the command line, once: the parser (options.ts) and `--help` (help.ts) are made from it.
// Names and letters are Ansible's where Ansible has the option.

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** The word for its value in `--help`; an option without one is a switch. */
  readonly value?: string;
  /** What happens when it is given twice: collected, or the last one counts. Default: the last one. */
  readonly repeatable?: true;
  readonly group: (typeof groups)[number];
  readonly help: string;
}

export const groups = [
  "Hosts and tasks",
  "Variables",
  "What a run does",
  "Connection",
  "Output",
  "Options of init",
  "Options of schema",
  "Options of rollback",
] as const;

export const DEFAULT_INVENTORY = "inventory.yaml";
export const DEFAULT_FORKS = 10;
/** Seconds until a host that does not answer counts as unreachable. */
export const DEFAULT_TIMEOUT = 10;

export const options = [
  {
    name: "inventory",
    short: "i",
    value: "FILE",
    repeatable: true,
    group: "Hosts and tasks",
    help: `hosts and their variables; repeatable (default: ${DEFAULT_INVENTORY})`,
  },
  {
    name: "limit",
    short: "l",
    value: "PATTERN",
    group: "Hosts and tasks",
    help: "only hosts that match: names, groups, globs, joined by commas; ! excludes, & intersects",
  },
  {
    name: "tags",
    short: "t",
    value: "TAGS",
    repeatable: true,
    group: "Hosts and tasks",
    help: "only tasks with one of these tags; comma separated, repeatable",
  },
  {
    name: "skip-tags",
    value: "TAGS",
    repeatable: true,
    group: "Hosts and tasks",
    help: "leave out tasks with one of these tags; comma separated, repeatable",
  },
  {
    name: "start-at-task",
    value: "NAME",
    group: "Hosts and tasks",
    help: "leave out all that stands before the first task of this name; it may be a glob",
  },
  {
    name: "extra-vars",
    short: "e",
    value: "VARS",
    repeatable: true,
    group: "Variables",
    help: "variables that win over all others: name=value pairs, a YAML or JSON mapping, or @FILE; repeatable",
  },
  {
    name: "vault-password-file",
    value: "FILE",
    repeatable: true,
    group: "Variables",
    help: "a password for what ansible-vault has encrypted, or a program that prints it; repeatable",
  },
  {
    name: "ask-vault-pass",
    short: "J",
    group: "Variables",
    help: "ask for that password",
  },
  {
    name: "check",
    short: "C",
    group: "What a run does",
    help: "change nothing; tell what a run would change",
  },
  {
    name: "diff",
    short: "D",
    group: "What a run does",
    help: "show what changes in files",
  },
  {
    name: "exit-code",
    group: "What a run does",
    help: "with --check: end with 3 when a run would change something",
  },
  {
    name: "lock-timeout",
    value: "N",
    group: "What a run does",
    help: "wait so many seconds for another run that is at work on a host (default: 0)",
  },
  {
    name: "force-handlers",
    group: "What a run does",
    help: "run notified handlers on hosts that have failed, too, as force_handlers does",
  },
  {
    name: "syntax-check",
    group: "What a run does",
    help: "load and check everything, contact no host",
  },
  {
    name: "list-hosts",
    group: "What a run does",
    help: "list the hosts of each play, run nothing",
  },
  {
    name: "list-tasks",
    group: "What a run does",
    help: "list the tasks of each play, run nothing",
  },
  {
    name: "list-tags",
    group: "What a run does",
    help: "list the tags of each play, run nothing",
  },
  {
    name: "forks",
    short: "f",
    value: "N",
    group: "Connection",
    help: `at most so many hosts at a time (default: ${DEFAULT_FORKS})`,
  },
  {
    name: "user",
    short: "u",
    value: "NAME",
    group: "Connection",
    help: "log in as this user where the inventory names none",
  },
  {
    name: "private-key",
    value: "FILE",
    group: "Connection",
    help: "log in with this key where the inventory names none",
  },
  {
    name: "known-hosts",
    value: "FILE",
    repeatable: true,
    group: "Connection",
    help: "host keys to trust, beside those in ~/.ssh/known_hosts; repeatable",
  },
  {
    name: "accept-new-host-keys",
    group: "Connection",
    help: "add the key of a host that is not known yet to ~/.ssh/known_hosts, unasked; a changed key never passes",
  },
  {
    name: "ask-become-pass",
    short: "K",
    group: "Connection",
    help: "ask for the password that sudo wants on the hosts",
  },
  {
    name: "become-password-file",
    value: "FILE",
    group: "Connection",
    help: "the file with that password, or a program that prints it",
  },
  {
    name: "timeout",
    short: "T",
    value: "SECONDS",
    group: "Connection",
    help: `how long to wait for a connection (default: ${DEFAULT_TIMEOUT})`,
  },
  {
    name: "json",
    group: "Output",
    help: "one JSON object per line instead of text (docs/json.md)",
  },
  {
    name: "verbose",
    short: "v",
    repeatable: true,
    group: "Output",
    help: "show all tasks, and what they returned; -vv shows more",
  },
  {
    name: "profile",
    group: "Output",
    help: "tell at the end how long each role and each task took",
  },
  {
    name: "help",
    short: "h",
    group: "Output",
    help: "show this",
  },
  {
    name: "version",
    group: "Output",
    help: "show the version",
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof options)[number]["name"];

/** Of `chatmail-play init`. */
export const initOptions = [
  {
    name: "output",
    short: "o",
    value: "FILE",
    group: "Options of init",
    help: `the file to write (default: ${DEFAULT_INVENTORY})`,
  },
  {
    name: "force",
    group: "Options of init",
    help: "write over a file that is there",
  },
  {
    name: "from",
    value: "FILE",
    group: "Options of init",
    help: "take over the settings of an existing relay's chatmail.ini",
  },
  {
    name: "help",
    short: "h",
    group: "Options of init",
    help: "show this",
  },
] as const satisfies readonly Option[];

export type InitOptionName = (typeof initOptions)[number]["name"];

/** Of `chatmail-play doc`. */
export const docOptions = [
  {
    name: "help",
    short: "h",
    group: "Output",
    help: "show this",
  },
] as const satisfies readonly Option[];

export const DEFAULT_SCHEMA_DIRECTORY = "schema";

/** Of `chatmail-play schema`. */
export const schemaOptions = [
  {
    name: "output",
    short: "o",
    value: "DIRECTORY",
    group: "Options of schema",
    help: `where to write them (default: ${DEFAULT_SCHEMA_DIRECTORY})`,
  },
  {
    name: "help",
    short: "h",
    group: "Options of schema",
    help: "show this",
  },
] as const satisfies readonly Option[];

/** Of `chatmail-play rollback`, beside those of a run. */
export const rollbackOptions = [
  {
    name: "run",
    value: "ID",
    group: "Options of rollback",
    help: "the run to undo, with all after it; history lists them (default: the last)",
  },
] as const satisfies readonly Option[];

export type RollbackOptionName = (typeof rollbackOptions)[number]["name"];
