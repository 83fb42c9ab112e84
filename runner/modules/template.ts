// template: renders a template of the runner's machine with the task's variables and writes the result.

import { cleanPath, identity } from "../facts/index.ts";
import { defineModule } from "./module.ts";
import { destination, destinationFacts } from "./shared/destination.ts";
import { makeDirectories } from "./shared/directory.ts";
import { planFile } from "./shared/file-content.ts";
import { foreseen } from "./shared/foresee.ts";
import { withAttributes } from "./shared/path-result.ts";
import { FOLLOW, GROUP, MODE, OWNER, PATH_FORM, VALIDATE } from "./shared/schema.ts";
import { encode } from "./shared/text.ts";

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
      mode: MODE,
      force: {
        type: "boolean",
        default: true,
        description: "False leaves the content of a file that exists.",
      },
      validate: VALIDATE,
      follow: FOLLOW,
    },
    required: ["src", "dest"],
    additionalProperties: false,
  },
  async local({ src }, files) {
    return { name: cleanPath(src), content: encode(await files.render(files.find(src, "templates"))) };
  },
  probe: ({ dest }, { name }, context) => destinationFacts(dest, name, context),
  plan({ dest, owner, group, mode, force, validate, follow }, state, { name, content }, context) {
    const path = destination(dest, name, state);
    const made = dest.endsWith("/")
      ? makeDirectories({ path: cleanPath(dest), owner, group }, state, state.get(identity()))
      : [];
    const wish = { path, content, owner, group, mode, force, validate, follow };
    const file = planFile(wish, foreseen(state, made), context);
    if (file.kind === "fail") return file;
    return withAttributes({ ...file, changes: [...made, ...file.changes] }, path, state);
  },
});
