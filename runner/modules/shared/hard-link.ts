// state: hard of the module file: a second name for a file that is on the host.

import { fileContent, followed, identity, inode, pathState, type State } from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { FileParams } from "../file.ts";
import type { ModuleContext, Plan } from "../module.ts";
import { adjustAttributes } from "./attributes.ts";
import { foreseeExisting, foreseeFile, pathSubjects } from "./foresee.ts";
import { besideWord } from "./write.ts";

export function hardLinkPlan(wish: FileParams, state: State, context: ModuleContext): Plan {
  const { path, src, force } = wish;
  const own = state.get(pathState(path));
  if (src === undefined)
    return { kind: "fail", message: `src is missing: which file shall ${path} be, too?` };
  const source = followed(src, state.get(pathState(src))).state;
  if (source.type === "absent" || source.type === "denied")
    return { kind: "fail", message: `${src} does not exist` };
  if (source.type === "directory")
    return { kind: "fail", message: `${src} is a directory, which can have no second name` };
  if (own.type === "directory") return { kind: "fail", message: `${path} is already there as a directory` };
  const [one, other] = [inode(src, { follow: true }), inode(path, { follow: false })].map((fact) =>
    state.get(fact),
  );
  const same = one && other && one.inode === other.inode && one.device === other.device;
  if (!same && own.type !== "absent" && own.type !== "link" && !force)
    return { kind: "fail", message: `${path} is another file, which is replaced only with force: true` };
  const content = context.check ? state.get(fileContent(src)) : undefined;
  const link = {
    summary: `link ${path} to the file ${src}`,
    diff: { path, before: `${own.type}\n`, after: `hard link to ${src}\n` },
    script: [
      `new=${besideWord(path, "new")}`,
      `trap 'rm -f -- "$new"' EXIT`,
      "trap 'exit 1' HUP INT TERM",
      `ln -L -- ${quote(src)} "$new"`,
      `mv -fT -- "$new" ${quote(path)}`,
      "trap - EXIT",
    ].join("\n"),
    keeps: [{ kind: "path", path } as const],
    touches: [...pathSubjects(path), ...pathSubjects(src)],
    after:
      content?.type === "content" ? foreseeFile(path, source, content.bytes) : foreseeExisting(path, source),
  };
  const change = adjustAttributes({ path, state: source, wish, identity: state.get(identity()) });
  return {
    kind: "changes",
    changes: [...(same ? [] : [link]), ...(change ? [change] : [])],
    result: { dest: path, src, state: "hard" },
  };
}
