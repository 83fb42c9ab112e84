// Reads YAML into nodes that know their place. Scalars mean what they mean to PyYAML (YAML 1.1:
// `yes` is true, an unquoted 0644 is octal), because playbooks are written for that.

import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import type { Scalar, YAMLMap, YAMLSeq, Node as YamlNode } from "yaml";
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
} from "yaml";
import type { Vault } from "../secrets/vault.ts";
import { type Place, type Problem, Problems } from "./problem.ts";
import { plainScalar } from "./scalars.ts";
import { QUOTE_TEMPLATE, syntaxProblems, unfit } from "./syntax.ts";

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** Text that is never a template, whatever stands in it: it was encrypted. */
  readonly plain?: true;
  /** Written with a point although it is whole: 2.0, which templates print as such. */
  readonly decimal?: true;
  readonly at: Place;
  /** The place of a position inside the text: line and column count from 0, as templates report them. */
  readonly inside: (line: number, column: number) => Place;
}

export interface ListNode {
  readonly kind: "list";
  readonly items: readonly SourceNode[];
  readonly value: readonly unknown[];
  readonly at: Place;
}

export interface MapEntry {
  readonly key: string;
  readonly keyAt: Place;
  readonly node: SourceNode;
}

export interface MapNode {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly value: Readonly<Record<string, unknown>>;
  readonly at: Place;
}

/** A value of a YAML file; `value` is the plain JavaScript value of all below it. */
export type SourceNode = ScalarNode | ListNode | MapNode;

/** More nodes than this after aliases are expanded is an attack or a mistake. */
const MAX_NODES = 200_000;

export interface Source {
  /** The name to show, see Place.file. */
  readonly file: string;
  readonly text: string;
  /** It was decrypted: what stands in it is secret. */
  readonly encrypted?: boolean;
}

/** Throws what the file system says, and Problems for a file that is no text. */
export function readSource(path: string, shownAs: string): Source {
  const bytes = readFileSync(path);
  if (!isUtf8(bytes)) throw new Problems([notUtf8(bytes, shownAs)]);
  return { file: shownAs, text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
}

function notUtf8(bytes: Buffer, file: string): Problem {
  const before = bytes.toString("utf8").split("\uFFFD")[0]?.split("\n") ?? [];
  const at = { file, line: Math.max(1, before.length), column: (before.at(-1)?.length ?? 0) + 1 };
  const hint = "save it as UTF-8";
  return { code: "unreadable-file", message: "this file is not UTF-8 text from here on", at, hint };
}

/** Parses one document; an empty file gives undefined. What is wrong is added to `problems`; `vault` opens `!vault`. */
export function parseYaml(source: Source, problems: Problem[], vault?: Vault): SourceNode | undefined {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: source.file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const hopeless = unfit(source.text);
  if (hopeless) {
    const { message, line, column } = hopeless;
    problems.push({ code: "yaml-syntax", message, at: { file: source.file, line, column } });
    return undefined;
  }
  const documents = parseAllDocuments(source.text, {
    version: "1.1",
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "silent",
  }) as Document[];
  const document = documents[0];
  if (!document) return undefined;
  const wrong = syntaxProblems(
    documents.flatMap((each) => each.errors),
    source.text,
    place,
  );
  if (wrong.length > 0) {
    problems.push(...wrong);
    return undefined;
  }
  if (documents[1]) {
    problems.push({
      code: "yaml-documents",
      message: "one YAML document is expected in this file, and another one starts here",
      at: place(documents[1].range?.[0] ?? 0),
    });
    return undefined;
  }
  if (document.contents === null) return undefined;
  return new Converter(source, document, place, problems, vault).convert(document.contents as YamlNode);
}

class Converter {
  private nodes = 0;
  private readonly open = new Set<YamlNode>();
  private readonly targets = new Map<Alias, YamlNode>();
  private readonly source: Source;
  private readonly document: Document;
  private readonly place: (offset: number) => Place;
  private readonly problems: Problem[];
  private readonly vault: Vault | undefined;

  constructor(
    source: Source,
    document: Document,
    place: (offset: number) => Place,
    problems: Problem[],
    vault: Vault | undefined,
  ) {
    this.vault = vault;
    this.source = source;
    this.document = document;
    this.place = place;
    this.problems = problems;
  }

  convert(node: YamlNode | null): SourceNode {
    if (node === null) return this.scalar(null, this.place(0));
    const at = this.at(node);
    if (++this.nodes > MAX_NODES || this.open.has(node)) {
      return this.refuse(
        "yaml-aliases",
        "YAML: the aliases of this file expand to too much or to themselves",
        at,
      );
    }
    if (isAlias(node)) return this.convertAlias(node, at);
    this.open.add(node);
    const converted = this.convertPlain(node, at);
    this.open.delete(node);
    return converted;
  }

  private convertPlain(node: YamlNode, at: Place): SourceNode {
    if (this.vault && /^!vault(-encrypted)?$/.test(node.tag ?? "")) {
      const opened = this.vault.open(isScalar(node) ? String(node.value) : "");
      if (opened.bytes === undefined) return this.refuse("vault", opened.problem, at, opened.hint);
      const text = opened.bytes.toString("utf8");
      this.vault.secrets.add(text);
      return { ...this.scalar(text, at), plain: true };
    }
    if (
      node.tag !== undefined &&
      !/^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq|timestamp|merge)$/.test(node.tag)
    ) {
      const hint = node.tag.startsWith("!") ? 'put quotes around a text that begins with "!"' : undefined;
      return this.refuse("yaml-tag", `YAML: the tag ${node.tag} is not supported here`, at, hint);
    }
    if (isMap(node)) return this.convertMap(node, at);
    if (isSeq(node)) {
      const items = (node as YAMLSeq<YamlNode>).items.map((item) => this.convert(item));
      return { kind: "list", items, value: items.map((item) => item.value), at };
    }
    return this.convertScalar(node as Scalar, at);
  }

  private convertAlias(alias: Alias, at: Place): SourceNode {
    // Looked up once for each: a lookup goes through the whole document.
    const target = this.targets.get(alias) ?? alias.resolve(this.document);
    if (!target)
      return this.refuse(
        "yaml-alias",
        `YAML: there is no anchor named ${alias.source}`,
        at,
        'put quotes around a text that begins with "*"',
      );
    this.targets.set(alias, target as YamlNode);
    return this.convert(target as YamlNode);
  }

  private convertMap(map: YAMLMap, at: Place): MapNode {
    const entries = new Map<string, MapEntry>();
    const merged: MapEntry[] = [];
    for (const pair of map.items) {
      const keyNode = pair.key as YamlNode;
      const keyAt = this.at(keyNode);
      if (!isScalar(keyNode)) {
        const template = isMap(keyNode) || isMap(map.items[0]?.key);
        const hint = template ? QUOTE_TEMPLATE : undefined;
        this.refuse("yaml-key", "YAML: a key must be a plain text", keyAt, hint);
        continue;
      }
      const key = keyText(keyNode);
      const node = pair.value === null ? this.scalar(null, keyAt) : this.convert(pair.value as YamlNode);
      if (key === "<<" && keyNode.type === "PLAIN") {
        for (const part of node.kind === "list" ? node.items : [node]) {
          if (part.kind === "map") merged.push(...part.entries.values());
          else this.refuse("yaml-merge", "YAML: << takes a mapping or a list of mappings", keyAt);
        }
      } else entries.set(key, { key, keyAt, node });
    }
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    const value: Record<string, unknown> = Object.create(null);
    for (const { key, node } of entries.values()) value[key] = node.value;
    return { kind: "map", entries, value: { ...value }, at };
  }

  private convertScalar(node: Scalar, at: Place): ScalarNode {
    const { value, source, tag } = node;
    if (node.type === "PLAIN" && source !== undefined && tag === undefined) {
      const plain = this.scalar(plainScalar(source), at, node);
      return Number.isInteger(plain.value) && source.includes(".") ? { ...plain, decimal: true } : plain;
    }
    if (typeof value === "bigint") return this.scalar(Number(value), at, node);
    const plain = value === null || ["string", "number", "boolean"].includes(typeof value);
    return this.scalar(plain ? (value as ScalarNode["value"]) : String(source ?? value), at, node);
  }

  private scalar(value: ScalarNode["value"], at: Place, node?: Scalar): ScalarNode {
    return { kind: "scalar", value, at, inside: (line, column) => this.inside(at, node, line, column) };
  }

  /** Block scalars begin on the line after their header; quoted ones one column after the quote. */
  private inside(at: Place, node: Scalar | undefined, line: number, column: number): Place {
    if (node?.type === "BLOCK_LITERAL" || node?.type === "BLOCK_FOLDED") {
      const text = this.source.text.split("\n");
      const first = text[at.line] ?? "";
      const indent = first.length - first.trimStart().length;
      return { file: at.file, line: at.line + 1 + line, column: indent + column + 1 };
    }
    const quote = node?.type === "QUOTE_DOUBLE" || node?.type === "QUOTE_SINGLE" ? 1 : 0;
    return line === 0 ? { ...at, column: at.column + quote + column } : { ...at, line: at.line + line };
  }

  private at(node: YamlNode): Place {
    return this.place(node.range?.[0] ?? 0);
  }

  private refuse(code: string, message: string, at: Place, hint?: string): ScalarNode {
    this.problems.push({ code, message, at, ...(hint ? { hint } : {}) });
    return this.scalar(null, at);
  }
}

/** Keys stay as written: `on:` is the key "on", `80:` is the key "80". */
function keyText(key: Scalar): string {
  return key.type === "PLAIN" && key.source !== undefined ? key.source : String(key.value);
}
