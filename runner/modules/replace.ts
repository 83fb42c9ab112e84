// replace: whatever matches a pattern in a file becomes something else.

import { expandReplacement, pythonRegex } from "../template/index.ts";
import { defineModule, type Params } from "./module.ts";
import { editedFile, editFacts } from "./shared/edit.ts";
import type { Edited } from "./shared/lines.ts";
import { BACKUP, GROUP, MODE, OWNER, PATH_FORM, VALIDATE } from "./shared/schema.ts";

const params = {
  type: "object",
  properties: {
    path: { ...PATH_FORM, description: "The file, which must be there." },
    regexp: {
      type: "string",
      minLength: 1,
      description: "What is replaced, everywhere. ^ and $ are the ends of lines.",
    },
    replace: {
      type: "string",
      default: "",
      description: "What comes in its place; \\1 and \\g<name> stand for groups. Without it the match goes.",
    },
    after: {
      type: "string",
      minLength: 1,
      description: "Only behind what matches this; in it . matches line breaks, too.",
    },
    before: { type: "string", minLength: 1, description: "Only before what matches this." },
    encoding: { enum: ["utf-8", "utf8"], default: "utf-8", description: "Only UTF-8." },
    owner: OWNER,
    group: GROUP,
    mode: MODE,
    validate: VALIDATE,
    backup: BACKUP,
  },
  required: ["path", "regexp"],
  additionalProperties: false,
} as const;

export default defineModule({
  name: "replace",
  doc: "Replaces all that matches a pattern in a file.",
  params,
  parameterAliases: { dest: "path", destfile: "path", name: "path" },
  probe: ({ path }, _local, context) => editFacts(path, context),
  plan(given, state, _local, context) {
    try {
      const edit = (text: string) => replaced(text, given);
      const wish = {
        ...given,
        create: false,
        keepMissing: false,
        createdMessage: "",
        result: { rc: 0 },
        edit,
      };
      return editedFile(wish, state, context);
    } catch (error) {
      return { kind: "fail", message: (error as Error).message };
    }
  },
});

type Replacing = Pick<Params<typeof params>, "regexp" | "replace" | "after" | "before">;

/** Undefined when nothing matches, or the part to look in is not there. */
function replaced(text: string, { regexp, replace, after, before }: Replacing): Edited | undefined {
  const part = partOf(text, after, before);
  if (!part) return undefined;
  let count = 0;
  const inside = part.text.replace(pythonRegex(regexp, { multiline: true, mode: "g" }), (...given) => {
    count += 1;
    return expandReplacement(replace, matchOf(given));
  });
  if (count === 0 || inside === part.text) return undefined;
  const whole = text.slice(0, part.start) + inside + text.slice(part.start + part.text.length);
  return { text: whole, message: `${count} replacements made` };
}

/** As in Ansible . matches line breaks, too, in what bounds the part. */
function partOf(text: string, after = "", before = "") {
  if (after === "" && before === "") return { start: 0, text };
  // Without an end the part goes as far as it can; before an end alone, to the last such, as in Ansible.
  const inner = after !== "" && before !== "" ? ".*?" : ".*";
  const found = pythonRegex(`(?s)(?P<lead>${after})(?P<part>${inner})(?:${before})`).exec(text);
  if (!found) return undefined;
  return { start: found.index + (found.groups?.lead?.length ?? 0), text: found.groups?.part ?? "" };
}

/** What replace hands to its function, as a match. */
function matchOf(given: readonly unknown[]): RegExpMatchArray {
  const last = given.at(-1);
  const hasGroups = typeof last === "object";
  const texts = given.slice(0, hasGroups ? -3 : -2) as string[];
  return Object.assign(texts, hasGroups ? { groups: last } : {}) as unknown as RegExpMatchArray;
}
