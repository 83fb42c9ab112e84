// The state of systemd units: one systemctl(1) show for all. A unit that does not exist has an answer
// too (load "not-found"), and so has a host that systemd does not run ("unavailable").

import { quote } from "../transport/quote.ts";
import { defineFact } from "./fact.ts";
import { must, textLines, words } from "./fields.ts";

export interface UnitState {
  /** loaded, not-found, masked, bad-setting, error; "template" and "invalid" for names that cannot be asked. */
  readonly load: string;
  /** active, inactive, failed, activating, deactivating, reloading */
  readonly active: string;
  readonly sub: string;
  /** enabled, disabled, static, masked, enabled-runtime, indirect, generated, alias, linked; "" if none. */
  readonly file: string;
  readonly needsReload: boolean;
}

const SUFFIX = /\.(service|socket|target|timer|path|mount|automount|swap|slice|scope|device)$/;

/** A short name means a service, as for systemctl. */
export function unitName(name: string): string {
  return SUFFIX.test(name) ? name : `${name}.service`;
}

const NOTHING = { active: "inactive", sub: "dead", file: "", needsReload: false };

const fact = defineFact<string, UnitState>({
  name: "unit",
  script(names) {
    const asked = names.filter((name) => unaskable(name) === undefined);
    if (asked.length === 0) return ":";
    return `systemctl show -p LoadState -p ActiveState -p SubState -p UnitFileState -p NeedDaemonReload -- ${words(asked)} 2>/dev/null || :`;
  },
  parse(stdout, names) {
    const asked = names.filter((name) => unaskable(name) === undefined);
    const blocks = textLines(stdout)
      .join("\n")
      .split(/\n\n+/)
      .filter((block) => block !== "");
    const complete = blocks.length === asked.length;
    return names.map((name): UnitState => {
      const why = unaskable(name);
      if (why) return { ...NOTHING, load: why };
      return complete ? readUnit(blocks[asked.indexOf(name)] ?? "") : { ...NOTHING, load: "unavailable" };
    });
  },
  confirm(known) {
    if (known.some(({ answer: { load } }) => load === "unavailable")) return undefined;
    const asked = known.filter(({ ask }) => unaskable(ask) === undefined);
    return must(
      asked.map(({ ask, answer }) => {
        // systemd does not notice all that makes a reload necessary, and one too many does no harm.
        const goneBy = GONE_BY.filter(([name]) => name !== "NeedDaemonReload" || !answer.needsReload);
        const properties = goneBy.map(([name]) => `-p ${name}`).join(" ");
        const lines = goneBy.map(([name, of]) => `${name}=${of(answer)}`);
        return `[ "$(systemctl show ${properties} -- ${quote(ask)} | sort)" = ${quote(lines.join("\n"))} ]`;
      }),
    );
  },
  subject: () => ({ kind: "units" }),
  key: (name) => name,
});

/** What plans go by, in the order of names. */
const GONE_BY: readonly (readonly [property: string, of: (state: UnitState) => string])[] = [
  ["ActiveState", ({ active }) => active],
  ["LoadState", ({ load }) => load],
  ["NeedDaemonReload", ({ needsReload }) => (needsReload ? "yes" : "no")],
  ["UnitFileState", ({ file }) => file],
];

export const unitState = (name: string) => fact(unitName(name));

function unaskable(name: string): "template" | "invalid" | undefined {
  if (!/^[A-Za-z0-9:_.\\@-]{1,255}$/.test(name) || name.startsWith("-")) return "invalid";
  return /@\.[a-z]+$/.test(name) ? "template" : undefined;
}

function readUnit(block: string): UnitState {
  const values = new Map(
    block.split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  return {
    load: values.get("LoadState") ?? "",
    active: values.get("ActiveState") ?? "",
    sub: values.get("SubState") ?? "",
    file: values.get("UnitFileState") ?? "",
    needsReload: values.get("NeedDaemonReload") === "yes",
  };
}
