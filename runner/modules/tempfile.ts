// tempfile: makes a file or a directory with a name that nobody has yet.

import { cleanPath } from "../facts/index.ts";
import { quote } from "../transport/quote.ts";
import { defineModule } from "./module.ts";
import { pathSubjects } from "./shared/foresee.ts";
import { PATH_FORM } from "./shared/schema.ts";

const NAME_PART = { type: "string", pattern: "^[^/\\u0000]*$" } as const;

export default defineModule({
  name: "tempfile",
  doc: "Makes an empty file or directory that only its user can look at; the result has its path. It stays until it is removed.",
  params: {
    type: "object",
    properties: {
      state: { enum: ["file", "directory"], default: "file", description: "What to make." },
      path: { ...PATH_FORM, default: "/tmp", description: "Where to make it." },
      prefix: { ...NAME_PART, default: "ansible.", description: "How its name begins." },
      suffix: { ...NAME_PART, default: "", description: "How its name ends." },
    },
    additionalProperties: false,
  },
  probe: () => [],
  plan({ state, path, prefix, suffix }) {
    const template = `${cleanPath(path)}/${prefix}XXXXXXXX${suffix}`;
    return {
      kind: "run",
      summary: `make a temporary ${state} in ${path}`,
      script: `mktemp ${state === "directory" ? "-d " : ""}-- ${quote(template)}`,
      touches: pathSubjects(path, { below: true }),
      inCheckMode: "skip",
      interpret({ status, stdout, stderr }) {
        const made = Buffer.from(stdout).toString().replace(/\n$/, "");
        if (status === 0) return { changed: true, path: made, state };
        return { failed: true, msg: Buffer.from(stderr).toString().trim() };
      },
    };
  },
});
