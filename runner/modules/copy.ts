// copy: brings files of the runner's machine, or given text, to the host; with remote_src a file of the host itself.

import { cleanPath, followed, identity, joinPath, pathState } from "../facts/index.ts";
import { type Change, defineModule, type LocalEntry } from "./module.ts";
import { planRemote, remoteFacts } from "./shared/copy-remote.ts";
import { destination, destinationFacts } from "./shared/destination.ts";
import { chainFacts, makeDirectories } from "./shared/directory.ts";
import { fileFacts, planFile } from "./shared/file-content.ts";
import { foreseen } from "./shared/foresee.ts";
import { withAttributes } from "./shared/path-result.ts";
import {
  BACKUP,
  exactlyOne,
  FOLLOW,
  GROUP,
  MODE,
  MODE_OR_PRESERVE,
  OWNER,
  PATH_FORM,
  VALIDATE,
} from "./shared/schema.ts";
import { contentText, digest, encode } from "./shared/text.ts";

interface LocalFile {
  readonly entry: LocalEntry;
  readonly bytes: Uint8Array;
}

type Local =
  | {
      readonly kind: "file";
      readonly name: string | undefined;
      readonly bytes: Uint8Array;
      readonly mode: number;
    }
  /** It is on the host. */
  | { readonly kind: "remote"; readonly src: string }
  /** `into` is what is added to dest: the directory's own name unless src ends with a slash. */
  | { readonly kind: "directory"; readonly into: string; readonly entries: readonly LocalFile[] };

export default defineModule({
  name: "copy",
  doc: "Writes a file, a directory of files, or a given text to the host. Contents are compared by checksum; a changed file replaces the old one in one step.",
  params: {
    type: "object",
    properties: {
      src: {
        type: "string",
        minLength: 1,
        format: "local-file",
        description:
          "File or directory, looked up in the role's files/ and beside the playbook. Of a directory that ends with / the contents are copied, else the directory itself.",
      },
      content: {
        type: ["string", "object", "array", "number", "boolean"],
        keepsFloats: true,
        description: "The text itself, in place of src. A mapping or a list becomes JSON.",
      },
      dest: {
        ...PATH_FORM,
        description:
          "Where it goes. A directory, or a path that ends with /, gets the file under its own name.",
      },
      owner: OWNER,
      group: GROUP,
      mode: MODE_OR_PRESERVE,
      directory_mode: { ...MODE, description: "The permissions of directories that are made, as for mode." },
      force: {
        type: "boolean",
        default: true,
        description: "False leaves a file that exists as it is.",
      },
      validate: VALIDATE,
      backup: BACKUP,
      follow: FOLLOW,
      remote_src: {
        type: "boolean",
        default: false,
        description: "src is on the host. Links below a directory stay links.",
      },
      checksum: {
        type: "string",
        description: "The SHA-1 that the file must have; else the task fails.",
      },
      local_follow: {
        const: true,
        description: "Only true: of a link on the runner's machine the file is copied.",
      },
      decrypt: { const: true, description: "Only true: what ansible-vault has encrypted is decrypted." },
    },
    required: ["dest"],
    additionalProperties: false,
    allOf: [exactlyOne("src", "content")],
  },
  async local({ src, content, remote_src }, files): Promise<Local> {
    if (src !== undefined && remote_src) {
      if (!src.startsWith("/"))
        throw new Error(`src: with remote_src an absolute path is expected, not ${src}`);
      return { kind: "remote", src };
    }
    if (src === undefined)
      return { kind: "file", name: undefined, bytes: encode(contentText(content)), mode: 0o644 };
    const path = files.find(src, "files");
    const [self, ...below] = await files.list(path);
    if (self?.type !== "directory") {
      return { kind: "file", name: cleanPath(src), bytes: await files.read(path), mode: self?.mode ?? 0o644 };
    }
    const entries = below.map(async (entry): Promise<LocalFile> => {
      const bytes =
        entry.type === "directory" ? new Uint8Array() : await files.read(joinPath(path, entry.path));
      return { entry, bytes };
    });
    const into = src.endsWith("/") ? "" : cleanPath(src).replace(/^.*\//, "");
    return { kind: "directory", into, entries: await Promise.all(entries) };
  },
  probe({ dest }, local, context) {
    if (local.kind === "remote") return remoteFacts({ src: local.src, dest }, context);
    if (local.kind === "file") return destinationFacts(dest, local.name, context);
    const root = joinPath(dest, local.into);
    return [
      identity(),
      ...chainFacts(root),
      ...local.entries.flatMap(({ entry }) => {
        const path = joinPath(root, entry.path);
        return entry.type === "directory" ? [pathState(path)] : fileFacts(path, context);
      }),
    ];
  },
  plan(params, state, local, context) {
    if (local.kind === "remote") return planRemote({ ...params, src: local.src }, state, context);
    const { dest, owner, group, directory_mode, force, validate, follow, backup } = params;
    const who = state.get(identity());
    const wish = { owner, group, force, validate, follow, backup };
    const modeOf = (own: number) => (params.mode === "preserve" ? own : params.mode);
    const directories = (path: string) =>
      makeDirectories({ path, owner, group, mode: directory_mode }, state, who);
    if (local.kind === "file") {
      const { checksum } = params;
      if (checksum !== undefined && checksum !== digest("sha1", local.bytes))
        return {
          kind: "fail",
          message: `src has the checksum ${digest("sha1", local.bytes)}, not ${checksum}`,
        };
      const path = destination(dest, local.name, state);
      const made = dest.endsWith("/") ? directories(cleanPath(dest)) : [];
      const file = planFile(
        { ...wish, path, content: local.bytes, mode: modeOf(local.mode) },
        foreseen(state, made),
        context,
      );
      if (file.kind === "fail") return file;
      return withAttributes({ ...file, changes: [...made, ...file.changes] }, path, state);
    }
    const root = joinPath(dest, local.into);
    const changes: Change[] = [];
    const paths = local.entries
      .filter(({ entry }) => entry.type === "directory")
      .map(({ entry }) => entry.path);
    for (const path of [root, ...paths.map((each) => joinPath(root, each))]) {
      const now = foreseen(state, changes);
      const found = followed(path, now.get(pathState(path))).state;
      if (found.type === "absent")
        changes.push(...makeDirectories({ path, owner, group, mode: directory_mode }, now, who));
      else if (found.type !== "directory")
        return { kind: "fail", message: `${path} is no directory but a ${found.type}` };
    }
    const now = foreseen(state, changes);
    for (const { entry, bytes } of local.entries) {
      if (entry.type === "directory") continue;
      const file = { ...wish, path: joinPath(root, entry.path), content: bytes, mode: modeOf(entry.mode) };
      const done = planFile(file, now, context);
      if (done.kind === "fail") return done;
      changes.push(...done.changes);
    }
    return { kind: "changes", changes, result: { dest: root } };
  },
});
