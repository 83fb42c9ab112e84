// The state of systemd units: one systemctl(1) show for all. A unit that does not exist has an answer
// too (load "not-found"), and so has a host that systemd does not run ("unavailable").

import { defineFact } from "./fact.ts";
import { textLines, words } from "./fields.ts";

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
  subject: () => ({ kind: "units" }),
  key: (name) => name,
});

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
