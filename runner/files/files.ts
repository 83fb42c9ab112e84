// The runner's own files as modules see them, for one task: found by Ansible's rules, read once for a run.

import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { Files, LocalEntry } from "../modules/module.ts";
import { Problems } from "../source/problem.ts";
import { type Sources, unreadable } from "../source/sources.ts";
import { scopeWith } from "../template/index.ts";
import type { Scope } from "../template/value.ts";
import { findFile } from "./find.ts";
import { readTemplate, type TEMPLATE_VARIABLES } from "./templates.ts";
import { varsFile } from "./vars-file.ts";

export interface FilesOf {
  /** Where they are looked up: see find.ts. */
  readonly directories: readonly string[];
  readonly sources: Sources;
  /** Contents by path, shared by all tasks and hosts of a run. */
  readonly contents: Map<string, Promise<Uint8Array>>;
}

export function filesFor({ directories, sources, contents }: FilesOf, scope: Scope): Files {
  return {
    find: (name, folder) => {
      const { path, tried } = findFile(name, folder, directories);
      if (path) return path;
      throw new Error(
        `there is no file ${name}; looked for ${tried.map((each) => sources.shownAs(each)).join(", ")}`,
      );
    },
    read: (path) => {
      const known = contents.get(path);
      if (known) return known;
      const content = readFile(path)
        .catch((error) => {
          throw new Error(unreadable(sources.shownAs(path), error));
        })
        .then((bytes) => sources.decrypt(path, bytes));
      contents.set(path, content);
      return content;
    },
    list: (path) => listBelow(path, ""),
    variables: (path) => varsFile(path, sources),
    render: async (path, { settings = {}, src, dest } = {}) => {
      const problems: ConstructorParameters<typeof Problems>[0][number][] = [];
      const template = readTemplate({ path, directories, sources, settings }, problems);
      if (!template) throw new Problems(problems);
      const itself: Readonly<Record<(typeof TEMPLATE_VARIABLES)[number], string | undefined>> = {
        template_path: src ?? path,
        template_fullpath: path,
        template_destpath: dest,
        template_host: hostname(),
        template_uid: userInfo().username,
      };
      return String(template.render(scopeWith(itself, scope)));
    },
  };
}

async function listBelow(root: string, path: string): Promise<LocalEntry[]> {
  const absolute = join(root, path);
  const { mode: bits, ...stats } = await lstat(absolute).then((found) => ({
    mode: found.mode & 0o7777,
    directory: found.isDirectory(),
    link: found.isSymbolicLink(),
  }));
  if (stats.link) return [{ path, type: "link", mode: bits, target: await readlink(absolute) }];
  if (!stats.directory) return [{ path, type: "file", mode: bits }];
  const names = (await readdir(absolute)).sort();
  const below = await Promise.all(names.map((name) => listBelow(root, join(path, name))));
  return [{ path, type: "directory", mode: bits }, ...below.flat()];
}
