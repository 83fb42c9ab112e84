// The reference of modules: what their schemas say.

import { modules } from "../modules/index.ts";
import type { Module } from "../modules/module.ts";
import type { Schema } from "../source/schema.ts";
import type { Entry, Page } from "./page.ts";
import { boundWords, defaultWords, typeWords } from "./words.ts";

export function modulePage(module: Module): Page {
  const { name, aliases = [], doc } = module;
  const also = aliases.length > 0 ? ` Also called ${aliases.map(code).join(", ")}.` : "";
  const bare = module.freeForm === undefined ? "" : ` A plain text stands for ${code(module.freeForm)}.`;
  return {
    title: name,
    text: `${doc}${also}${bare}`,
    parts: [{ title: "Parameters", entries: parameters(module) }],
  };
}

export const modulePages = (): Page[] => modules.map(modulePage);

function parameters({ params, parameterAliases = {} }: Module): Entry[] {
  return Object.entries(params.properties).map(([name, property]) => {
    const schema = property as Schema;
    const aliases = Object.keys(parameterAliases).filter((alias) => parameterAliases[alias] === name);
    return {
      name,
      facts: [
        typeWords(schema),
        ...boundWords(schema),
        ...(params.required?.includes(name) ? ["required"] : []),
        ...defaultWords(schema.default),
        ...(aliases.length > 0 ? [`also called ${aliases.map(code).join(", ")}`] : []),
      ],
      text: String(schema.description ?? ""),
    };
  });
}

function code(name: string): string {
  return `\`${name}\``;
}
