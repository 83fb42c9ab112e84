// tree: brings a whole directory into line with a local one. Only files that differ travel; each is
// replaced in one step. Ansible has nothing like it among its own modules.

import {
  ABSENT,
  cleanPath,
  type Fact,
  followed,
  identity,
  joinPath,
  type Place,
  pathState,
  type State,
  shownContent,
  type TreeEntry,
  tree as treeFact,
} from "../facts/index.ts";
import { type Change, defineModule, type LocalEntry, type ModuleContext, type Params } from "./module.ts";
import { adjustAttributes } from "./shared/attributes.ts";
import { chainFacts, makeDirectories, makeDirectory } from "./shared/directory.ts";
import { type Done, planFile } from "./shared/file-content.ts";
import { foreseen, unitFacts } from "./shared/foresee.ts";
import { makeLink } from "./shared/link.ts";
import { matchesAny } from "./shared/name-pattern.ts";
import { GROUP, MODE, OWNER, PATH_FORM } from "./shared/schema.ts";
import { conflicting, entryState, removeEntries, stateBelow, surplus } from "./shared/tree-state.ts";

interface LocalFile {
  readonly entry: LocalEntry;
  readonly bytes: Uint8Array;
}

const params = {
  type: "object",
  properties: {
    src: {
      type: "string",
      minLength: 1,
      format: "local-file",
      description:
        "The directory, looked up in the role's files/ and beside the playbook. Its contents go to dest.",
    },
    dest: { ...PATH_FORM, description: "The directory on the host. It is made where it is missing." },
    owner: { ...OWNER, description: "The user that owns all of it, by name or number." },
    group: { ...GROUP, description: "The group of all of it, by name or number." },
    mode: {
      ...MODE,
      pattern: `${MODE.pattern}|^preserve$`,
      description: 'The permissions of files, as for copy; "preserve" takes those of the local files.',
    },
    directory_mode: { ...MODE, description: "The permissions of directories." },
    delete: { type: "boolean", default: false, description: "Remove what is in dest and not in src." },
    exclude: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: [],
      description:
        "Patterns of what is neither brought nor removed: *.map is about names anywhere, cache/*.json about paths below src.",
    },
  },
  required: ["src", "dest"],
  additionalProperties: false,
} as const;

type TreeParams = Params<typeof params>;

export default defineModule({
  name: "tree",
  doc: "Brings a directory of the host into line with one of the runner's machine: files, directories and links.",
  params,
  async local({ src, exclude }, files): Promise<readonly LocalFile[]> {
    const root = files.find(src, "files");
    const [self, ...below] = await files.list(root);
    if (self?.type !== "directory") throw new Error(`${src} is no directory`);
    const wanted = below.filter(({ path }) => !matchesAny(exclude, path));
    return Promise.all(
      wanted.map(async (entry) => {
        const bytes = entry.type === "file" ? await files.read(joinPath(root, entry.path)) : new Uint8Array();
        return { entry, bytes };
      }),
    );
  },
  probe({ dest }, local, context): Fact<unknown>[] {
    const files = local
      .filter(({ entry }) => entry.type === "file")
      .map(({ entry }) => joinPath(dest, entry.path));
    return [
      identity(),
      ...chainFacts(cleanPath(dest)),
      treeFact(dest, { hashes: true }),
      ...files.flatMap((path) => unitFacts(path)),
      ...(context.diff ? files.map((path) => shownContent(path)) : []),
    ];
  },
  plan(params, state, local, context) {
    const { dest, exclude } = params;
    const root = cleanPath(dest);
    const top = followed(root, state.get(pathState(root)));
    if (top.state.type !== "directory" && top.state.type !== "absent") {
      return { kind: "fail", message: `${dest} is no directory but a ${top.state.type}` };
    }
    const tree = state.get(treeFact(root, { hashes: true }));
    if (tree.type === "denied" || (tree.type === "tree" && !tree.complete)) {
      return { kind: "fail", message: `${dest} may not be read to its end (is become: true missing?)` };
    }
    const there = top.state.type === "directory" && tree.type === "tree" ? tree.entries : [];
    const wanted = new Map(local.map(({ entry }) => [entry.path, entry.type]));
    const inTheWay = conflicting(there, wanted);
    const directory = inTheWay.find(({ type }) => type === "directory");
    if (directory && !params.delete) {
      const path = joinPath(root, directory.path);
      return { kind: "fail", message: `the directory ${path} is in the way; delete: true removes it` };
    }
    const changes = [...rootChanges(params, top, state)];
    if (inTheWay.length > 0) changes.push(removeEntries(root, inTheWay, "what is in the way"));
    const left = without(there, inTheWay);
    const now = stateBelow(foreseen(state, changes), { root, entries: left, wanted: [...wanted.keys()] });
    const found = new Map(left.map((entry) => [entry.path, entry]));
    for (const file of local) {
      const done = bring(file, found.get(file.entry.path), { params, state: now, context });
      if (done.kind === "fail") return done;
      changes.push(...done.changes);
    }
    const removed = params.delete ? surplus(left, wanted, exclude) : [];
    if (removed.length > 0) changes.push(removeEntries(root, removed, "what is not in src"));
    return { kind: "changes", changes, result: { dest } };
  },
});

function rootChanges(
  { dest, owner, group, directory_mode: mode }: TreeParams,
  top: Place,
  state: State,
): Change[] {
  const who = state.get(identity());
  const wish = { owner, group, mode };
  if (top.state.type === "absent") return makeDirectories({ path: cleanPath(dest), ...wish }, state, who);
  if (top.state.type === "denied") return [];
  const change = adjustAttributes({ path: top.path, state: top.state, wish, identity: who });
  return change ? [change] : [];
}

interface Bringing {
  readonly params: TreeParams;
  readonly state: State;
  readonly context: ModuleContext;
}

/** The changes that bring one entry to the host, where `own` is now. */
function bring(
  { entry, bytes }: LocalFile,
  own: TreeEntry | undefined,
  { params, state, context }: Bringing,
): Done {
  const { owner, group } = params;
  const path = joinPath(params.dest, entry.path);
  const who = state.get(identity());
  const done = (...changes: readonly (Change | undefined)[]): Done => ({
    kind: "changes",
    changes: changes.filter((change) => change !== undefined),
  });
  switch (entry.type) {
    case "directory": {
      const wish = { owner, group, mode: params.directory_mode };
      if (!own) return done(makeDirectory({ path, ...wish }, who));
      return done(adjustAttributes({ path, state: entryState(own), wish, identity: who }));
    }
    case "link": {
      const { target: src = "" } = entry;
      if (own?.type === "link" && own.target === src) return done();
      return done(
        makeLink({ path, src, own: own ? entryState(own) : ABSENT, leads: undefined, identity: who }),
      );
    }
    case "file": {
      const mode = params.mode === "preserve" ? entry.mode : params.mode;
      return planFile({ path, content: bytes, owner, group, mode }, state, context);
    }
  }
}

/** Entries that stay when some of them, with all below them, have gone. */
function without(entries: readonly TreeEntry[], gone: readonly TreeEntry[]): readonly TreeEntry[] {
  if (gone.length === 0) return entries;
  const paths = new Set(gone.map(({ path }) => path));
  return entries.filter(({ path }) => {
    const parts = path.split("/");
    return !parts.some((_, index) => paths.has(parts.slice(0, index + 1).join("/")));
  });
}
