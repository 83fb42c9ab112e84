// Parameters that several modules have, with one meaning and one description.

export const PATH_FORM = {
  type: "string",
  pattern: "^/[^\\u0000]*$",
  errorMessage: "an absolute path is expected: one that begins with /",
} as const;

const ACCOUNT_FORM = {
  type: ["string", "integer"],
  pattern: "^[^\\s:/\\u0000-][^\\s:/\\u0000]*$",
} as const;

export const OWNER = { ...ACCOUNT_FORM, description: "The user that owns it, by name or number." } as const;
export const GROUP = { ...ACCOUNT_FORM, description: "The group of it, by name or number." } as const;

/** Decimal numbers that are surely meant as octal: read as they stand they would be nonsense such as 01204. */
const UNQUOTED = [600, 640, 644, 660, 664, 666, 700, 711, 740, 750, 755, 770, 775, 777] as const;

export const MODE = {
  type: ["string", "integer"],
  pattern:
    "^(0?[0-7]{1,4}|0o[0-7]{1,4}|[ugoa]*([-+=]([rwxXst]*|[ugo]))+(,[ugoa]*([-+=]([rwxXst]*|[ugo]))+)*)$",
  minimum: 0,
  maximum: 0o7777,
  not: { enum: UNQUOTED },
  errorMessage:
    'a mode is expected: "0644" (in quotes, or with its leading 0) or as for chmod, "u=rwX,g=rX,o="',
  description:
    'The permissions: octal ("0644") or as for chmod ("u=rwX,g=rX,o="). Without it an existing file keeps its own.',
} as const;

export const MODE_OR_PRESERVE = {
  ...MODE,
  pattern: `${MODE.pattern}|^preserve$`,
  description: `${MODE.description} "preserve" takes that of src.`,
} as const;

export const VALIDATE = {
  type: "string",
  pattern: "%s",
  errorMessage: "a command with %s, which stands for the new file before it is put in place",
  description:
    "A command that checks the new file, which stands where %s is, before it takes the old one's place.",
} as const;

export const BACKUP = {
  type: "boolean",
  default: false,
  description: "Keep what was there beside it, under a name with the time: hosts.4711.2026-01-31@12:00:00~.",
} as const;

export const FOLLOW = {
  type: "boolean",
  default: false,
  description: "Write through a link to the file that it leads to; else a file takes the link's place.",
} as const;

export const STATE_DIRECTORY = {
  type: "string",
  pattern: "^(/[^\\u0000]*)?$",
  default: "",
  description: "Where the host keeps what outlives a run, if not in the usual place.",
} as const;

export const UNIT_NAME = {
  type: "string",
  pattern: "^[A-Za-z0-9:_.\\\\@][A-Za-z0-9:_.\\\\@-]*$",
  errorMessage: "the name of a unit is expected: nginx, postfix@-, acmetool.timer",
} as const;

/** Says that exactly one of some parameters must be there, without hiding the parameters' own types. */
export function exactlyOne<const Names extends readonly string[]>(...names: Names) {
  return {
    not: { not: { oneOf: names.map((name) => ({ required: [name] })) } },
    errorMessage: `give exactly one of ${names.join(", ")}`,
  } as const;
}
