// slurp: the contents of a file of the host, as data for later tasks.

import { fileContent } from "../facts/index.ts";
import { defineModule } from "./module.ts";
import { PATH_FORM } from "./shared/schema.ts";

export default defineModule({
  name: "slurp",
  doc: "Reads a file of the host. `content` is its bytes in base64: decode them with the filter b64decode.",
  readOnly: true,
  params: {
    type: "object",
    properties: { src: { ...PATH_FORM, description: "The file to read." } },
    required: ["src"],
    additionalProperties: false,
  },
  parameterAliases: { path: "src" },
  probe: ({ src }) => [fileContent(src)],
  plan({ src }, state) {
    const found = state.get(fileContent(src));
    switch (found.type) {
      case "content":
        return {
          kind: "changes",
          changes: [],
          result: { content: Buffer.from(found.bytes).toString("base64"), encoding: "base64", source: src },
        };
      case "absent":
        return { kind: "fail", message: `${src} does not exist` };
      case "denied":
        return { kind: "fail", message: `${src} may not be read (is become: true missing?)` };
      case "other":
        return { kind: "fail", message: `${src} is no regular file` };
      case "large":
        return { kind: "fail", message: `${src} is too long to be read` };
    }
  },
});
