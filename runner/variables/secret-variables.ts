// Variables that a role's schema marks as secret: their values are noted down (secrets/secrets.ts) when they are
// rendered, which is before anything can show them, whoever sets them.

import { CONNECTION_SCHEMA } from "../inventory/connection.ts";
import type { Play, Role } from "../playbook/playbook.ts";
import { hasSecrets, noteSecrets } from "../secrets/marked.ts";
import type { Secrets } from "../secrets/secrets.ts";
import type { Schema } from "../source/schema.ts";
import { plain } from "../template/python/values.ts";
import type { RawValue } from "../template/scope.ts";
import type { Value } from "../template/value.ts";
import type { Layer } from "./layer.ts";

const TELLING = ["stdout", "stderr", "content", "ansible_facts"];
const SHORTEST_RESULT = 6;

/** Members of an item that are secrets by their names; the others are often names of users or services. */
const SECRET_NAMES = /pass|secret|token|key|credential/i;

/** What a result tells of what the task was given: the item of its loop, and words of its command that are no options or paths. */
function givenTo({ cmd, ansible_loop_var, ...result }: Readonly<Record<string, unknown>>): unknown[] {
  const words = [cmd ?? []].flat().filter((word) => typeof word === "string" && !/^-|^[\w./-]*\//.test(word));
  const item = typeof ansible_loop_var === "string" ? result[ansible_loop_var] : undefined;
  if (typeof item !== "object" || item === null || Array.isArray(item)) return [...words, item];
  const named = Object.entries(item).filter(([name]) => SECRET_NAMES.test(name));
  return [...words, ...named.map(([, value]) => value)];
}

export class SecretVariables {
  private readonly schemas = new Map<string, Schema>();
  private readonly secrets: Secrets;
  private watched = new WeakMap<Layer, Layer>();

  constructor(plays: readonly Play[], secrets: Secrets) {
    this.secrets = secrets;
    for (const [name, schema] of Object.entries(CONNECTION_SCHEMA.properties)) this.learn(name, schema);
    for (const { role } of plays.flatMap(({ roles }) => roles)) this.addRole(role);
  }

  /** Of a role that is included while a play runs. */
  addRole({ definition }: Pick<Role, "definition">): void {
    for (const { name, schema } of definition?.variables.values() ?? []) this.learn(name, schema);
  }

  private learn(name: string, schema: Schema): void {
    if (this.schemas.has(name) || !hasSecrets(schema)) return;
    this.schemas.set(name, schema);
    this.watched = new WeakMap();
  }

  /** A text without the secrets that are known by now. */
  mask(text: string): string {
    return this.secrets.mask(text);
  }

  /** Of a value of which no schema tells that it is secret. */
  hide(value: unknown): void {
    this.secrets.add(value);
  }

  /** Of a value that a task has set. */
  note(name: string, value: unknown): void {
    const schema = this.schemas.get(name);
    if (schema) noteSecrets(schema, value, this.secrets);
  }

  /** Of a task's parameters, as far as its module marks them. */
  noteParams(schema: object, params: Readonly<Record<string, unknown>>): void {
    noteSecrets(schema as Schema, params, this.secrets);
  }

  /**
   * What a task with no_log has brought, wherever that is shown later: what a command printed, a file held, set_fact
   * set. Short words are left out, which many other things may be called by as well.
   */
  noteResult(result: Readonly<Record<string, unknown>>): void {
    for (const name of TELLING) this.secrets.add(result[name], SHORTEST_RESULT);
    if (typeof result.content === "string" && result.encoding === "base64")
      this.secrets.add(Buffer.from(result.content, "base64").toString("utf8"), SHORTEST_RESULT);
    for (const given of givenTo(result)) this.secrets.add(given, SHORTEST_RESULT);
    for (const each of Array.isArray(result.results) ? result.results : []) this.noteResult(each);
  }

  /** The layer, of which no secret can be asked without being noted down. */
  watch(layer: Layer): Layer {
    const known = this.watched.get(layer);
    if (known) return known;
    const own = [...this.schemas.keys()].filter((name) => layer.values.has(name));
    const values = new Map(layer.values);
    for (const name of own) values.set(name, this.watchValue(name, layer.values.get(name) as Value));
    const watched = own.length === 0 ? layer : { ...layer, values };
    this.watched.set(layer, watched);
    return watched;
  }

  private noteRaw(name: string, found: unknown): void {
    let value: unknown;
    try {
      value = plain(found);
    } catch {
      // Not defined: that is told by whoever needs it.
      return;
    }
    this.note(name, value);
  }

  private watchValue(name: string, value: Value): Value {
    const noted = (found: unknown): unknown => {
      this.noteRaw(name, found);
      return found;
    };
    const watched = { ...value, render: (scope) => noted(value.render(scope)) } satisfies Value;
    if (!("raw" in value)) return watched;
    return { ...watched, raw: (scope) => noted((value as RawValue).raw(scope)) } as RawValue;
  }
}
