// eleventy: builds a site with Eleventy on the runner's machine, and brings a directory of the host into line with
// the pages, as the module tree does. Ansible has nothing like it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineModule, type Files, type LocalEntry, type Params } from "./module.ts";
import { builtSite } from "./shared/eleventy-build.ts";
import { GROUP, MODE, OWNER, PATH_FORM } from "./shared/schema.ts";
import tree from "./tree.ts";

const params = {
  type: "object",
  properties: {
    src: {
      type: "string",
      minLength: 1,
      description:
        "The site's folder, where Eleventy is started: looked up in the role's files/, the role and beside the playbook.",
    },
    config: {
      type: "string",
      minLength: 1,
      description: "The Eleventy configuration for a folder that has none of its own. Looked up as src is.",
    },
    data: {
      type: "object",
      default: {},
      description:
        "Values for the templates, as Eleventy's global data. With the same folder, packages and data the pages are taken to be the same.",
    },
    build_if: {
      type: "string",
      minLength: 1,
      description:
        "A file of the folder that shows that there is something to build. A folder without it is brought to the host as it is.",
    },
    optional: {
      type: "boolean",
      default: false,
      description: "True skips the task when there is no such folder.",
    },
    dest: { ...PATH_FORM, description: "The directory on the host. It is made where it is missing." },
    owner: { ...OWNER, description: "The user that owns all of it, by name or number." },
    group: { ...GROUP, description: "The group of all of it, by name or number." },
    mode: { ...MODE, description: "The permissions of files, as for copy." },
    directory_mode: { ...MODE, description: "The permissions of directories." },
    delete: { type: "boolean", default: false, description: "Remove what is in dest and not of the site." },
    exclude: tree.params.properties.exclude,
  },
  required: ["src", "dest"],
  additionalProperties: false,
} as const;

type SiteParams = Params<typeof params>;

interface LocalFile {
  readonly entry: LocalEntry;
  readonly bytes: Uint8Array;
}

export default defineModule({
  name: "eleventy",
  doc: "Builds a site with Eleventy on the runner's machine and brings a directory of the host into line with it.",
  params,
  /** Undefined: there is no such folder, and there need not be one. */
  async local(given: SiteParams, files): Promise<readonly LocalFile[] | undefined> {
    const { src, build_if, data, config } = given;
    const folder = given.optional ? findOrNot(src, files) : files.find(src, "files");
    if (folder === undefined) return undefined;
    if (build_if !== undefined && !existsSync(join(folder, build_if)))
      return tree.local?.(treeParams(given), files) ?? [];
    return builtSite({
      folder,
      config: config === undefined ? undefined : files.find(config, "files"),
      data: data as Readonly<Record<string, unknown>>,
    });
  },
  probe: (given, local, context) => (local ? tree.probe(treeParams(given), local, context) : []),
  plan: (given, state, local, context) =>
    local
      ? tree.plan(treeParams(given), state, local, context)
      : { kind: "skip", message: `there is no folder ${given.src}` },
});

function findOrNot(src: string, files: Files): string | undefined {
  try {
    return files.find(src, "files");
  } catch {
    return undefined;
  }
}

function treeParams({ src, dest, owner, group, mode, directory_mode, delete: remove, exclude }: SiteParams) {
  return { src, dest, owner, group, mode, directory_mode, delete: remove, exclude };
}
