// blockinfile: a block of lines between two marker lines is in a file, or is not.

import { pythonRegex } from "../template/index.ts";
import { defineModule } from "./module.ts";
import { type BlockWish, editBlock } from "./shared/block.ts";
import { editedFile, editFacts } from "./shared/edit.ts";
import { BACKUP, GROUP, MODE, OWNER, PATH_FORM, VALIDATE } from "./shared/schema.ts";

export default defineModule({
  name: "blockinfile",
  doc: "Keeps a block of lines in a file, between two marker lines by which it is found again.",
  params: {
    type: "object",
    properties: {
      path: { ...PATH_FORM, description: "The file." },
      state: {
        enum: ["present", "absent"],
        default: "present",
        description: "Whether the block is to be there.",
      },
      block: {
        type: "string",
        default: "",
        description: "The lines. Without any the block and its markers are removed.",
      },
      marker: {
        type: "string",
        default: "# {mark} ANSIBLE MANAGED BLOCK",
        description: "The lines before and after it; {mark} stands for marker_begin and marker_end.",
      },
      marker_begin: {
        type: "string",
        default: "BEGIN",
        description: "What {mark} becomes in the first marker.",
      },
      marker_end: { type: "string", default: "END", description: "What {mark} becomes in the last marker." },
      insertafter: {
        type: "string",
        minLength: 1,
        description: "Where a new block goes: after the last line that matches, or EOF.",
      },
      insertbefore: {
        type: "string",
        minLength: 1,
        description: "Where a new block goes: before the last line that matches, or BOF.",
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
        not: { required: ["insertafter", "insertbefore"] },
        errorMessage: "insertafter and insertbefore exclude each other",
      },
    ],
  },
  parameterAliases: { dest: "path", destfile: "path", name: "path", content: "block" },
  probe: ({ path }, _local, context) => editFacts(path, context),
  plan(params, state, _local, context) {
    const { path, block, marker, marker_begin, marker_end, insertafter, insertbefore, create } = params;
    try {
      const wish: BlockWish = {
        block: params.state === "present" ? block : "",
        begin: marker.replaceAll("{mark}", marker_begin),
        end: marker.replaceAll("{mark}", marker_end),
        ...(insertafter === undefined || insertafter === "EOF" ? {} : { after: pythonRegex(insertafter) }),
        ...(insertbefore === undefined
          ? {}
          : { before: insertbefore === "BOF" ? "start" : pythonRegex(insertbefore) }),
      };
      const edit = (text: string) => editBlock(text, wish);
      const keepMissing = create && params.state === "absent";
      return editedFile(
        { ...params, path, keepMissing, makesEmpty: true, createdMessage: "File created", edit },
        state,
        context,
      );
    } catch (error) {
      return { kind: "fail", message: (error as Error).message };
    }
  },
});
