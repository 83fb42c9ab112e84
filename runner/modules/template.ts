// template: renders a template of the runner's machine with the task's variables and writes the result.

import { cleanPath, identity } from "../facts/index.ts";
import { defineModule } from "./module.ts";
import { destination, destinationFacts } from "./shared/destination.ts";
import { makeDirectories } from "./shared/directory.ts";
import { planFile } from "./shared/file-content.ts";
import { foreseen } from "./shared/foresee.ts";
import { withAttributes } from "./shared/path-result.ts";
import { BACKUP, FOLLOW, GROUP, MODE_OR_PRESERVE, OWNER, PATH_FORM, VALIDATE } from "./shared/schema.ts";
import { encodeAs } from "./shared/text.ts";

const DELIMITER = { type: "string", minLength: 1 } as const;

export default defineModule({
  name: "template",
  doc: "Renders a template with the task's variables and writes it to the host, where it differs, in one step.",
  params: {
    type: "object",
    properties: {
      src: {
        type: "string",
        minLength: 1,
        format: "template-file",
        description: "The template, looked up in the role's templates/ and beside the playbook.",
      },
      dest: {
        ...PATH_FORM,
        description: "Where it goes. A directory gets the file under the template's own name.",
      },
      owner: OWNER,
      group: GROUP,
      mode: MODE_OR_PRESERVE,
      force: {
        type: "boolean",
        default: true,
        description: "False leaves a file that exists as it is.",
      },
      validate: VALIDATE,
      backup: BACKUP,
      follow: FOLLOW,
      trim_blocks: {
        type: "boolean",
        default: true,
        description: "Whether the line break after a tag goes.",
      },
      lstrip_blocks: {
        type: "boolean",
        default: false,
        description:
          "Whether white space before a tag goes, when there is nothing else before it in its line.",
      },
      newline_sequence: {
        enum: ["\n", "\r", "\r\n", "\\n", "\\r", "\\r\\n"],
        default: "\n",
        description: "What line breaks of the template become.",
      },
      block_start_string: { ...DELIMITER, description: "In place of {%." },
      block_end_string: { ...DELIMITER, description: "In place of %}." },
      variable_start_string: { ...DELIMITER, description: "In place of {{." },
      variable_end_string: { ...DELIMITER, description: "In place of }}." },
      comment_start_string: { ...DELIMITER, description: "In place of {#." },
      comment_end_string: { ...DELIMITER, description: "In place of #}." },
      output_encoding: {
        enum: ["utf-8", "iso-8859-1", "latin-1", "ascii", "utf-16-le"],
        default: "utf-8",
        description: "The encoding of the file that is written; the template is UTF-8.",
      },
    },
    required: ["src", "dest"],
    additionalProperties: false,
  },
  async local(params, files) {
    const { src, dest, output_encoding } = params;
    const path = files.find(src, "templates");
    const [self] = await files.list(path);
    const text = await files.render(path, { settings: params, src, dest });
    return { name: cleanPath(src), content: encodeAs(text, output_encoding), mode: self?.mode };
  },
  probe: ({ dest }, { name }, context) => destinationFacts(dest, name, context),
  plan(params, state, { name, content, mode: own }, context) {
    const { dest, owner, group } = params;
    const mode = params.mode === "preserve" ? own : params.mode;
    const path = destination(dest, name, state);
    const made = dest.endsWith("/")
      ? makeDirectories({ path: cleanPath(dest), owner, group }, state, state.get(identity()))
      : [];
    const wish = { ...params, path, content, mode };
    const file = planFile(wish, foreseen(state, made), context);
    if (file.kind === "fail") return file;
    return withAttributes({ ...file, changes: [...made, ...file.changes] }, path, state);
  },
});
