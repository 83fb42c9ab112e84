// All modules. A task can name what is listed here and nothing else.

import apt from "./apt.ts";
import assert from "./assert.ts";
import blockinfile from "./blockinfile.ts";
import bundle from "./bundle.ts";
import command from "./command.ts";
import copy from "./copy.ts";
import debug from "./debug.ts";
import dnsLookup from "./dns-lookup.ts";
import eleventy from "./eleventy.ts";
import fail from "./fail.ts";
import file from "./file.ts";
import find from "./find.ts";
import getUrl from "./get-url.ts";
import group from "./group.ts";
import history from "./history.ts";
import includeVars from "./include-vars.ts";
import lineinfile from "./lineinfile.ts";
import type { Module } from "./module.ts";
import pause from "./pause.ts";
import ping from "./ping.ts";
import print from "./print.ts";
import replace from "./replace.ts";
import rollback from "./rollback.ts";
import script from "./script.ts";
import setFact from "./set-fact.ts";
import setup from "./setup.ts";
import shell from "./shell.ts";
import slurp from "./slurp.ts";
import stat from "./stat.ts";
import systemd from "./systemd.ts";
import tempfile from "./tempfile.ts";
import template from "./template.ts";
import templates from "./templates.ts";
import tree from "./tree.ts";
import user from "./user.ts";
import waitFor from "./wait-for.ts";

/** Each with its own types of parameters, which are checked against its schema before it gets them. */
export const modules = [
  apt,
  assert,
  blockinfile,
  bundle,
  command,
  copy,
  debug,
  dnsLookup,
  eleventy,
  fail,
  file,
  find,
  getUrl,
  group,
  history,
  includeVars,
  lineinfile,
  ping,
  replace,
  script,
  tempfile,
  pause,
  print,
  rollback,
  setFact,
  setup,
  shell,
  slurp,
  stat,
  systemd,
  template,
  templates,
  tree,
  user,
  waitFor,
] as unknown as readonly Module[];

const byName = new Map(
  modules.flatMap((module) => [module.name, ...(module.aliases ?? [])].map((name) => [name, module])),
);

/** The module of a name as tasks write it: `copy`, `ansible.builtin.copy`, `service`. */
export function findModule(name: string): Module | undefined {
  return byName.get(name.replace(/^ansible\.(builtin|legacy)\./, ""));
}

/** All names and aliases, for suggestions. */
export function moduleNames(): string[] {
  return [...byName.keys()];
}
