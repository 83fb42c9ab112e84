// lineinfile: a line is in a file, or none like it is.

import type { Fact } from "../facts/index.ts";
import { pythonRegex } from "../template/index.ts";
import { defineModule } from "./module.ts";
import { editedFile, editFacts } from "./shared/edit.ts";
import { editLines, type LineWish } from "./shared/lines.ts";
import { BACKUP, GROUP, MODE, OWNER, PATH_FORM, VALIDATE } from "./shared/schema.ts";

const PATTERN = { type: "string", minLength: 1 } as const;

export default defineModule({
  name: "lineinfile",
  doc: "Makes sure that a line is in a file, in place of the last one that matches a pattern, or that no such line is.",
  params: {
    type: "object",
    properties: {
      path: { ...PATH_FORM, description: "The file." },
      state: {
        enum: ["present", "absent"],
        default: "present",
        description: "Whether the line is to be there.",
      },
      line: { type: "string", description: "The line, without its end." },
      regexp: {
        ...PATTERN,
        description: "What the line to replace (the last such) or to remove (all such) looks like.",
      },
      search_string: { ...PATTERN, description: "The same as a plain text that the line contains." },
      insertafter: {
        ...PATTERN,
        description: "Where a new line goes: after the last one that matches, or EOF.",
      },
      insertbefore: {
        ...PATTERN,
        description: "Where a new line goes: before the last one that matches, or BOF.",
      },
      firstmatch: {
        type: "boolean",
        default: false,
        description: "Take the first match in place of the last.",
      },
      backrefs: {
        type: "boolean",
        default: false,
        description:
          "Put what the groups of regexp matched where line says \\1; without a match nothing is done.",
      },
      create: { type: "boolean", default: false, description: "Make the file where it is missing." },
      owner: OWNER,
      group: GROUP,
      mode: MODE,
      validate: VALIDATE,
      backup: BACKUP,
    },
    required: ["path"],
    additionalProperties: false,
    allOf: [
      {
        if: { properties: { state: { const: "absent" } }, required: ["state"] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: {
          not: { not: { anyOf: ["line", "regexp", "search_string"].map((name) => ({ required: [name] })) } },
          errorMessage: "give line, regexp or search_string: which line shall go?",
        },
      },
      {
        if: { not: { properties: { state: { const: "absent" } }, required: ["state"] } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: ["line"] },
      },
      {
        not: { required: ["regexp", "search_string"] },
        errorMessage: "regexp and search_string exclude each other",
      },
      {
        if: { properties: { backrefs: { const: true } }, required: ["backrefs"] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: ["regexp"] },
      },
      {
        not: { required: ["insertafter", "insertbefore"] },
        errorMessage: "insertafter and insertbefore exclude each other",
      },
    ],
  },
  parameterAliases: { dest: "path", destfile: "path", name: "path", regex: "regexp", value: "line" },
  probe: ({ path }, _local, context): Fact<unknown>[] => editFacts(path, context),
  plan(params, state, _local, context) {
    const { path, line = "", regexp, insertafter, insertbefore } = params;
    const wish: LineWish = {
      remove: params.state === "absent",
      line,
      hasLine: params.line !== undefined,
      search: params.search_string,
      firstMatch: params.firstmatch,
      backrefs: params.backrefs,
    };
    try {
      const edit = (text: string) =>
        editLines(text, {
          ...wish,
          ...(regexp === undefined ? {} : { pattern: pythonRegex(regexp) }),
          ...position(insertafter, insertbefore),
        });
      const keepMissing = params.state === "absent";
      return editedFile(
        {
          ...params,
          path,
          keepMissing,
          createdMessage: "line added",
          backupAs: "backup",
          result: { backup: "" },
          edit,
        },
        state,
        context,
      );
    } catch (error) {
      return { kind: "fail", message: (error as Error).message };
    }
  },
});

function position(after: string | undefined, before: string | undefined): Pick<LineWish, "insert"> {
  if (before !== undefined) {
    return { insert: before === "BOF" ? "start" : { where: "before", pattern: pythonRegex(before) } };
  }
  if (after === "BOF") return { insert: "start" };
  if (after === undefined || after === "EOF") return {};
  return { insert: { where: "after", pattern: pythonRegex(after) } };
}
