import assert from "node:assert/strict";
import { type Foreseen, foresee } from "../../../runner/facts/fact.ts";
import { type UnitState, unitState } from "../../../runner/facts/index.ts";
import { checking } from "./harness.ts";
import { outcome, planned, scriptOf } from "./planning.ts";

describe("systemd", () => {
  const unit = (state: Partial<UnitState>) =>
    foresee(unitState("x"), {
      load: "loaded",
      active: "inactive",
      sub: "dead",
      file: "disabled",
      needsReload: false,
      ...state,
    });
  const missing = unit({ load: "not-found", file: "" });
  const cases: readonly [title: string, params: object, facts: Foreseen, expected: readonly string[]][] = [
    ["starts what does not run", { state: "started" }, unit({}), ["start x.service"]],
    ["leaves what runs", { state: "started" }, unit({ active: "active" }), []],
    ["leaves what is about to run", { state: "started" }, unit({ active: "activating" }), []],
    ["starts what has failed", { state: "started" }, unit({ active: "failed" }), ["start x.service"]],
    ["stops what runs", { state: "stopped" }, unit({ active: "active" }), ["stop x.service"]],
    ["leaves what has failed stopped", { state: "stopped" }, unit({ active: "failed" }), []],
    ["restarts always", { state: "restarted" }, unit({ active: "active" }), ["restart x.service"]],
    ["starts what it cannot restart", { state: "restarted" }, unit({}), ["start x.service"]],
    ["reloads what runs", { state: "reloaded" }, unit({ active: "active" }), ["reload x.service"]],
    ["starts what it cannot reload", { state: "reloaded" }, unit({}), ["start x.service"]],
    [
      "enables and starts",
      { state: "started", enabled: true },
      unit({}),
      ["enable x.service", "start x.service"],
    ],
    ["disables", { enabled: false }, unit({ file: "enabled" }), ["disable x.service"]],
    ["leaves static units", { enabled: true }, unit({ file: "static" }), []],
    [
      "masks",
      { masked: true, state: "stopped" },
      unit({ active: "active" }),
      ["mask x.service", "stop x.service"],
    ],
    [
      "unmasks first, then enables and starts",
      { masked: false, enabled: true, state: "started" },
      unit({ load: "masked", file: "masked" }),
      ["unmask x.service", "enable x.service", "start x.service"],
    ],
    ["masks what is not there", { masked: true }, missing, ["mask x.service"]],
    [
      "fails when there is no such unit",
      { state: "started" },
      missing,
      ["fail: there is no unit x.service on this host"],
    ],
    [
      "reads changed unit files again",
      { daemon_reload: true },
      unit({ needsReload: true }),
      ["run: read unit files again (ok)"],
    ],
    ["does not when none has changed", { daemon_reload: true }, unit({}), []],
    [
      "fails where systemd does not run",
      { state: "started" },
      unit({ load: "unavailable" }),
      ["fail: systemd does not run on this host, or does not answer"],
    ],
  ];
  it("tells what the unit was found as, by systemctl's names", () => {
    const plan = planned({
      module: "systemd",
      params: { name: "x", state: "started" },
      facts: [unit({ file: "enabled" })],
    });
    assert.deepEqual(plan.kind === "changes" && plan.result, {
      ...{ name: "x", state: "started" },
      status: { LoadState: "loaded", ActiveState: "inactive", SubState: "dead", UnitFileState: "enabled" },
    });
  });

  for (const [title, params, facts, expected] of cases) {
    it(title, () =>
      assert.deepEqual(
        outcome(planned({ module: "systemd", params: { name: "x", ...params }, facts: [facts] })),
        expected,
      ),
    );
  }

  it("reads unit files again before all else, in the same call", () => {
    const plan = planned({
      module: "systemd",
      params: { name: "x", state: "restarted", daemon_reload: true },
      facts: [unit({ active: "active", needsReload: true })],
    });
    assert.match(scriptOf(plan), /^systemctl daemon-reload\n/);
  });

  it("does not fail in check mode when packages before it may bring the unit", () => {
    const plan = planned({
      module: "systemd",
      params: { name: "x", state: "started" },
      facts: [missing],
      uncertain: [unitState("x")],
      context: checking,
    });
    assert.match(
      outcome(plan)[0] ?? "",
      /^may change: x\.service started, but that depends on packages or commands/,
    );
  });

  it("refuses templates, and knows their instances", () => {
    const instance = foresee(unitState("postfix@-"), {
      load: "loaded",
      active: "active",
      sub: "running",
      file: "enabled-runtime",
      needsReload: false,
    });
    assert.deepEqual(
      outcome(
        planned({
          module: "service",
          params: { name: "postfix@-", state: "started", enabled: true },
          facts: [instance],
        }),
      ),
      [],
    );
    const template = foresee(unitState("postfix@"), {
      load: "template",
      active: "",
      sub: "",
      file: "",
      needsReload: false,
    });
    assert.match(
      outcome(
        planned({ module: "systemd", params: { name: "postfix@", state: "started" }, facts: [template] }),
      )[0] ?? "",
      /is a template: name one of its instances/,
    );
  });
});
