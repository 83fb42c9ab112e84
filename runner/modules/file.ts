// file: makes a directory, a link or an empty file, removes what is there, or sets owner and mode.

import {
  type Fact,
  fileContent,
  followed,
  identity,
  inode,
  parentOf,
  pathState,
  type State,
  tree,
} from "../facts/index.ts";
import { defineModule, type ModuleContext, type Params, type Plan } from "./module.ts";
import { adjustAttributes } from "./shared/attributes.ts";
import { chainFacts, makeDirectories } from "./shared/directory.ts";
import { fileFacts } from "./shared/file-content.ts";
import { hardLinkPlan } from "./shared/hard-link.ts";
import { linkPlan, linkTargetPath } from "./shared/link.ts";
import { mayChangePlan } from "./shared/may-change.ts";
import { withAttributes } from "./shared/path-result.ts";
import { adjustBelow } from "./shared/recurse.ts";
import { removePlan } from "./shared/remove.ts";
import { GROUP, MODE, OWNER, PATH_FORM } from "./shared/schema.ts";
import { throughLink } from "./shared/through-link.ts";
import { touchPlan } from "./shared/touch.ts";

const params = {
  type: "object",
  properties: {
    path: { ...PATH_FORM, description: "The path that it is about." },
    state: {
      enum: ["directory", "file", "link", "hard", "absent", "touch"],
      description:
        "directory: make it with its parents. file: it must be there already. link: a symbolic link to src. hard: a second name of the file src. absent: remove it with all below. touch: make an empty file or set its time. Without it: whatever is there keeps its type.",
    },
    src: {
      type: "string",
      minLength: 1,
      pattern: "^[^\\u0000]*$",
      description: "What a link points to; a relative path is relative to the link.",
    },
    force: {
      type: "boolean",
      default: false,
      description: "Make a link although nothing is at src, or in place of a file.",
    },
    follow: {
      type: "boolean",
      default: true,
      description:
        "Of a link: give owner, group and mode to what it leads to; else owner and group to itself.",
    },
    owner: OWNER,
    group: GROUP,
    mode: MODE,
    recurse: {
      type: "boolean",
      default: false,
      description: "Give owner, group and mode to everything below a directory too.",
    },
    modification_time: {
      enum: ["now", "preserve"],
      default: "now",
      description: "Of touch: preserve leaves the time of a file that exists.",
    },
    access_time: {
      enum: ["now", "preserve"],
      default: "now",
      description: "Of touch: preserve leaves the time of a file that exists.",
    },
  },
  required: ["path"],
  additionalProperties: false,
} as const;

export type FileParams = Params<typeof params>;

export default defineModule({
  name: "file",
  doc: "Makes directories and links, removes paths, and sets owner and permissions.",
  params,
  parameterAliases: { dest: "path", name: "path" },
  probe({ path, state, src, recurse, force }, _local, context): Fact<unknown>[] {
    const own = [identity(), pathState(path)];
    if (state === "absent") return [pathState(path)];
    if (state === "touch") return fileFacts(path, { ...context, diff: false });
    if (state === "hard") {
      const source =
        src === undefined
          ? []
          : [pathState(src), inode(src, { follow: true }), ...(context.check ? [fileContent(src)] : [])];
      return [...own, inode(path, { follow: false }), ...source];
    }
    if (state === "link") {
      const target = src === undefined ? [] : [pathState(linkTargetPath(path, src))];
      const below = force ? [tree(path, { hashes: false })] : [];
      return [...own, pathState(parentOf(path)), ...target, ...below];
    }
    return [
      ...own,
      ...(state === "directory" ? chainFacts(path) : []),
      ...(recurse ? [tree(path, { hashes: false })] : []),
    ];
  },
  plan(wish, state, _local, context): Plan {
    const own = state.get(pathState(wish.path));
    if (own.type === "denied") {
      return {
        kind: "fail",
        message: `${wish.path} cannot be looked at: a directory on the way may not be searched (is become: true missing?)`,
      };
    }
    switch (wish.state) {
      case "absent":
        return removePlan(wish.path, state);
      case "link":
        return withAttributes(linkPlan(wish, state), wish.path, state);
      case "hard":
        return withAttributes(hardLinkPlan(wish, state, context), wish.path, state);
      case "touch":
        return withAttributes(touchPlan(wish, state, context), wish.path, state);
      case "directory":
      case "file":
      case undefined:
        return withAttributes(existing(wish, state, context), wish.path, state);
    }
  },
});

/** A directory, which is made where it is missing, or whatever is there, which gets its attributes. */
function existing(wish: FileParams, state: State, context: ModuleContext): Plan {
  const { path, owner, group, mode, recurse } = wish;
  const fact = pathState(path);
  const own = state.get(fact);
  const place = wish.follow ? followed(path, own) : { path, state: own };
  const found = place.state;
  const who = state.get(identity());
  const wanted = wish.state ?? (recurse ? "directory" : undefined);
  const result = { path, state: wanted ?? found.type };
  if (found.type === "absent" || found.type === "denied") {
    if (wanted === "directory") {
      if (own.type === "link") return { kind: "fail", message: `${path} is a link that leads nowhere` };
      return { kind: "changes", changes: makeDirectories({ path, owner, group, mode }, state, who), result };
    }
    // As in Ansible: a link that leads nowhere has nothing that could get a mode.
    if (own.type === "link" && wanted === undefined) return { kind: "changes", changes: [], result };
    if (context.check && !state.certain(fact)) return mayChangePlan(`set ${path}`, [{ kind: "path", path }]);
    return { kind: "fail", message: `${path} does not exist`, result: { path, state: "absent" } };
  }
  if (wanted === "directory" && found.type !== "directory") {
    return { kind: "fail", message: `${path} is already there as a ${found.type}` };
  }
  if (wanted === "file" && found.type !== "file") {
    return { kind: "fail", message: `${path} is no file but a ${found.type}` };
  }
  const change = adjustAttributes({ path: place.path, state: found, wish, identity: who });
  const below = recurse ? adjustBelow(place.path, state.get(tree(path, { hashes: false })), wish, who) : [];
  return {
    kind: "changes",
    changes: [...(change ? [throughLink(change, path, own)] : []), ...below],
    result,
  };
}
