// stat: what is at a path, as data for later tasks.

import {
  type FileHash,
  fileHash,
  followed,
  type Inode,
  inode,
  type PathState,
  pathState,
} from "../facts/index.ts";
import { defineModule } from "./module.ts";
import { permissions } from "./shared/mode.ts";
import { PATH_FORM } from "./shared/schema.ts";

export default defineModule({
  name: "stat",
  doc: "Tells what is at a path: whether it exists, its type, size, mode, owner and checksum.",
  readOnly: true,
  params: {
    type: "object",
    properties: {
      path: { ...PATH_FORM, description: "The path to look at." },
      follow: { type: "boolean", default: false, description: "Tell about what a link leads to." },
      get_checksum: {
        type: "boolean",
        default: true,
        description: "Whether to read the file for its checksum.",
      },
      checksum_algorithm: {
        enum: ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"],
        default: "sha1",
        description: "Which checksum.",
      },
      get_mime: {
        type: "boolean",
        const: false,
        description: "Only false: the type of contents is not told.",
      },
      get_attributes: { type: "boolean", const: false, description: "Only false: lsattr is not asked." },
    },
    required: ["path"],
    additionalProperties: false,
  },
  parameterAliases: {
    dest: "path",
    name: "path",
    checksum: "checksum_algorithm",
    checksum_algo: "checksum_algorithm",
    mime: "get_mime",
    mime_type: "get_mime",
    "mime-type": "get_mime",
    attributes: "get_attributes",
  },
  probe: ({ path, follow, get_checksum, checksum_algorithm }) => [
    pathState(path),
    inode(path, { follow }),
    ...(get_checksum ? [fileHash(path, checksum_algorithm)] : []),
  ],
  plan({ path, follow, get_checksum, checksum_algorithm }, state) {
    const own = state.get(pathState(path));
    const found = follow ? followed(path, own).state : own;
    if (found.type === "denied") {
      return {
        kind: "fail",
        message: `${path} cannot be looked at: a directory on the way may not be searched`,
      };
    }
    const hash =
      get_checksum && found.type === "file" ? state.get(fileHash(path, checksum_algorithm)) : undefined;
    return {
      kind: "changes",
      changes: [],
      result: {
        stat: { ...describe(path, found, hash), ...described(found, state.get(inode(path, { follow }))) },
      },
    };
  },
});

function describe(path: string, state: Exclude<PathState, { type: "denied" }>, hash: FileHash | undefined) {
  if (state.type === "absent") return { exists: false };
  return {
    exists: true,
    path,
    isreg: state.type === "file",
    isdir: state.type === "directory",
    islnk: state.type === "link",
    isblk: state.type === "block",
    ischr: state.type === "character",
    isfifo: state.type === "fifo",
    issock: state.type === "socket",
    size: state.size,
    mode: state.mode.toString(8).padStart(4, "0"),
    uid: state.uid,
    gid: state.gid,
    pw_name: state.owner,
    gr_name: state.group,
    mtime: state.mtime,
    ...permissions(state.mode),
    ...(hash?.type === "hash" ? { checksum: hash.hash } : {}),
    ...(state.type === "link" ? { lnk_target: state.target, lnk_source: state.leads?.path } : {}),
  };
}

function described({ type }: PathState, found: Inode | undefined): Readonly<Record<string, unknown>> {
  // In check mode a planned file has none yet.
  if (type === "absent" || !found) return {};
  const { device: dev, links: nlink, blockSize: block_size, writable: writeable, ...rest } = found;
  return { dev, nlink, block_size, writeable, ...rest };
}
