// Filters for paths: texts only, no file is looked at.

import { posix } from "node:path";
import { iterate, text } from "../python/convert.ts";
import { tuple } from "../python/values.ts";
import type { Filter } from "./filter.ts";

export const pathFilters: readonly Filter[] = [
  {
    name: "basename",
    doc: "The last part of a path.",
    example: "'/etc/hosts' | basename",
    apply: (input) => text(input).slice(text(input).lastIndexOf("/") + 1),
  },
  {
    name: "dirname",
    doc: "A path without its last part.",
    example: "'/etc/hosts' | dirname",
    apply: (input) => dirname(text(input)),
  },
  {
    name: "splitext",
    doc: "A path and its extension.",
    example: "'a.tar.gz' | splitext",
    apply: (input) => tuple(splitext(text(input))),
  },
  {
    name: "path_join",
    doc: "One path of several parts; an absolute part starts anew.",
    example: "['/etc', 'hosts'] | path_join",
    params: "*parts",
    apply: (input, _args, { rest }) => {
      const parts = (Array.isArray(input) ? [...iterate(input), ...rest] : [input, ...rest]).map(text);
      return parts.reduce((path, part) => {
        if (part.startsWith("/") || path === "") return part;
        return path.endsWith("/") ? path + part : `${path}/${part}`;
      });
    },
  },
  {
    name: "relpath",
    doc: "A path relative to a start.",
    example: "'/etc/a/b' | relpath('/etc')",
    params: "start",
    apply: (input, [start]) =>
      posix.relative(posix.resolve("/", text(start)), posix.resolve("/", text(input))) || ".",
  },
  {
    name: "normpath",
    doc: "A path without .. and . and double slashes.",
    example: "'/etc/../var//lib' | normpath",
    apply: (input) => posix.normalize(text(input)).replace(/(.)\/$/, "$1"),
  },
  {
    name: "urlsplit",
    doc: "The parts of a URL, or one of them: scheme, netloc, hostname, port, path, query, fragment, username, password.",
    example: "'https://a.example:8443/x' | urlsplit('port')",
    params: "query?",
    apply: (input, [wanted]) => {
      const parts = urlParts(text(input));
      return wanted === undefined || wanted === null || wanted === ""
        ? parts
        : (parts.get(text(wanted)) ?? null);
    },
  },
];

function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf("/") + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, "");
}

function splitext(path: string): [string, string] {
  const [, leading = "", name = ""] = /^((?:[\s\S]*\/)?\.*)([\s\S]*)$/.exec(path) ?? [];
  const dot = name.lastIndexOf(".");
  return dot < 0 ? [path, ""] : [leading + name.slice(0, dot), name.slice(dot)];
}

/** https://www.rfc-editor.org/rfc/rfc3986#appendix-B */
function urlParts(url: string): Map<string, unknown> {
  const [, scheme = "", netloc = "", path = "", query = "", fragment = ""] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(url) ??
    [];
  const [, username, password, host = "", port] =
    /^(?:([^:@]*)(?::([^@]*))?@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(netloc) ?? [];
  return new Map<string, unknown>([
    ["fragment", fragment],
    ["hostname", host === "" ? null : host.replace(/^\[|\]$/g, "").toLowerCase()],
    ["netloc", netloc],
    ["password", password ?? null],
    ["path", path],
    ["port", port ? Number(port) : null],
    ["query", query],
    ["scheme", scheme.toLowerCase()],
    ["username", username ?? null],
  ]);
}
