// templates: several templates that belong together, such as a service's configuration with its maps. All are
// laid beside their places, checked as one by the service's own checker, and only then moved in.

import { defineModule, type Params, type Plan } from "./module.ts";
import { fileFacts, planFile } from "./shared/file-content.ts";
import { foreseen } from "./shared/foresee.ts";
import { GROUP, MODE, OWNER, PATH_FORM } from "./shared/schema.ts";
import { moveInScript, stageScript } from "./shared/set.ts";
import { encode } from "./shared/text.ts";
import type { Writing } from "./shared/write.ts";

const params = {
  type: "object",
  properties: {
    files: {
      type: "array",
      minItems: 1,
      items: {
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
            pattern: "^/[^\\u0000]*[^/\\u0000]$",
            description: "The file that it becomes.",
          },
          owner: OWNER,
          group: GROUP,
          mode: MODE,
        },
        required: ["src", "dest"],
        additionalProperties: false,
      },
      description:
        "The templates and where they go; owner, group and mode where they differ from the others'.",
    },
    owner: OWNER,
    group: GROUP,
    mode: MODE,
    validate: {
      type: "string",
      minLength: 1,
      description:
        "Shell that checks the new files. It finds them in their places, where nobody else sees them yet, and stops the task when it fails.",
    },
  },
  required: ["files"],
  additionalProperties: false,
} as const;

type TemplatesParams = Params<typeof params>;

export default defineModule({
  name: "templates",
  doc: "Renders templates that belong together and writes those that differ, when all of them have passed a check as one.",
  params,
  async local({ files: wanted }, files): Promise<readonly Uint8Array[]> {
    return Promise.all(
      wanted.map(async ({ src }) => encode(await files.render(files.find(src, "templates")))),
    );
  },
  probe: ({ files }, _local, context) => files.flatMap(({ dest }) => fileFacts(dest, context)),
  plan(params, state, contents, context): Plan {
    const writings: Writing[] = [];
    const script = (writing: Writing): string => stageScript(writings.push(writing) - 1);
    const changes = [];
    for (const [index, wish] of wishes(params).entries()) {
      const content = contents[index] as Uint8Array;
      const file = planFile({ ...wish, content, script }, foreseen(state, changes), context);
      if (file.kind === "fail") return file;
      changes.push(...file.changes);
    }
    const { validate } = params;
    const last = {
      summary: `${validate === undefined ? "" : "check the new files and "}move them in`,
      script: moveInScript(writings, validate),
      touches: [],
      after: [],
    };
    return { kind: "changes", changes: writings.length > 0 ? [...changes, last] : changes };
  },
});

function wishes({ files, owner, group, mode }: TemplatesParams) {
  return files.map((file) => ({ owner, group, mode, ...file, path: file.dest }));
}
