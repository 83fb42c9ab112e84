import assert from "node:assert/strict";
import { type Foreseen, foresee } from "../../../runner/facts/fact.ts";
import {
  type GroupAccount,
  groupAccount,
  identity,
  type UserAccount,
  userAccount,
} from "../../../runner/facts/index.ts";
import { outcome, planned, scriptOf } from "./planning.ts";

describe("user and group", () => {
  const account: UserAccount = {
    name: "vm",
    uid: 999,
    gid: 998,
    group: "vm",
    groups: ["adm", "ssl"],
    comment: "Mail",
    home: "/home/vm",
    homeExists: true,
    shell: "/bin/sh",
    passwordHash: "!",
  };
  const user = (now: UserAccount | undefined = account) => foresee(userAccount("vm"), now);
  const group = (name: string, gid?: number) => {
    const found: GroupAccount | undefined = gid === undefined ? undefined : { name, gid, members: [] };
    return foresee(groupAccount(name), found);
  };
  const who = foresee(identity(), { uid: 0, gid: 0, user: "root", group: "root", umask: 0o022 });
  const facts = [who, group("vm", 998), group("adm", 4), group("ssl", 5), group("new", 6), group("none")];
  const plan = (params: object, now: Foreseen = user()) =>
    planned({ module: "user", params: { name: "vm", ...params }, facts: [...facts, now] });
  const cases: readonly [title: string, params: object, expected: readonly string[]][] = [
    ["looks only at what is named", {}, []],
    [
      "is content with what is so",
      {
        uid: 999,
        group: "vm",
        groups: ["ssl", "adm"],
        shell: "/bin/sh",
        comment: "Mail",
        home: "/home/vm",
        password: "!",
      },
      [],
    ],
    [
      "alters what differs",
      { shell: "/bin/bash", uid: 1 },
      ["user vm: number 999 -> 1", "user vm: shell /bin/sh -> /bin/bash"],
    ],
    ["brings groups into line", { groups: ["adm", "new"] }, ["user vm: groups +new -ssl"]],
    ["adds groups", { groups: ["new"], append: true }, ["user vm: groups +new"]],
    ["takes all groups away", { groups: [] }, ["user vm: groups -adm -ssl"]],
    ["does not count the primary group", { groups: ["adm", "ssl", "vm"] }, []],
    ["alters the primary group", { group: "new" }, ["user vm: group vm -> new"]],
    ["knows the primary group by its number", { group: 998 }, []],
    ["fails for a group that is not there", { groups: ["none"] }, ["fail: there is no group none"]],
    ["sets a password", { password: "$6$x$y" }, ["user vm: password"]],
    ["or leaves it after creation", { password: "$6$x$y", update_password: "on_create" }, []],
    ["removes", { state: "absent" }, ["remove user vm"]],
  ];
  for (const [title, params, expected] of cases) {
    it(title, () => {
      const given = { name: "vm", ...params } as Record<string, unknown>;
      const more =
        given.group === 998 ? [foresee(groupAccount("998"), { name: "vm", gid: 998, members: [] })] : [];
      assert.deepEqual(
        outcome(planned({ module: "user", params: given, facts: [...facts, ...more, user()] })),
        expected,
      );
    });
  }

  it("makes a missing home of an account that is there", () => {
    const homeless = user({ ...account, homeExists: false });
    assert.deepEqual(outcome(plan({}, homeless)), ["user vm: create home /home/vm"]);
    assert.deepEqual(outcome(plan({ create_home: false }, homeless)), []);
  });

  it("creates with all that is named, and never shows a password on a command line", () => {
    const absent = foresee(userAccount("vm"), undefined);
    const made = planned({
      module: "user",
      params: {
        name: "vm",
        group: "new",
        groups: ["adm"],
        system: true,
        create_home: false,
        comment: "it's",
        password: "$6$secret",
      },
      facts: [...facts, absent],
    });
    assert.deepEqual(outcome(made), ["create user vm"]);
    assert.match(scriptOf(made), /^useradd -g new -G adm -c 'it'\\''s' -r -M -- vm\nchpasswd -e\n/);
    assert.doesNotMatch(scriptOf(made), /secret/);
    assert.equal(
      made.kind === "changes" && Buffer.from(made.changes[0]?.input ?? []).toString(),
      "vm:$6$secret\n",
    );
  });

  it("tells the number that an account has been given, and where its home is", () => {
    const told = (of: ReturnType<typeof planned>, stdout: string) =>
      of.kind === "changes" && {
        ...of.result,
        ...of.changes[0]?.learns?.({ status: 0, stdout: Buffer.from(stdout), stderr: Buffer.from("") }),
      };
    const made = told(plan({}, foresee(userAccount("vm"), undefined)), "vm:x:999:998:its:/home/vm:/bin/sh\n");
    const { uid, gid, home, shell } = account;
    assert.deepEqual(made, {
      ...{ name: "vm", state: "present", system: false, create_home: true },
      ...{ uid, group: gid, comment: "its", home, shell },
    });
    const altered = plan({ comment: "other", groups: "adm,new" });
    assert.deepEqual(altered.kind === "changes" && altered.result, {
      ...{ name: "vm", state: "present", append: false, groups: "adm,new" },
      ...{ uid, group: gid, comment: "other", home, shell },
    });
    const mailers = planned({ module: "group", params: { name: "g" }, facts: [group("g")] });
    assert.deepEqual(told(mailers, "g:x:1003:\n"), { name: "g", state: "present", gid: 1003, system: false });
  });

  it("does not make a group that is there already", () => {
    assert.match(scriptOf(plan({}, foresee(userAccount("vm"), undefined))), /useradd -N -m -- vm/);
  });

  it("make, alter and remove groups", () => {
    const of = (params: object, now: Foreseen) =>
      outcome(planned({ module: "group", params: { name: "g", ...params }, facts: [now] }));
    assert.deepEqual(of({}, group("g")), ["create group g"]);
    assert.deepEqual(of({ gid: 5 }, group("g", 5)), []);
    assert.deepEqual(of({ gid: 6 }, group("g", 5)), ["group g: number 5 -> 6"]);
    assert.deepEqual(of({ state: "absent" }, group("g", 5)), ["remove group g"]);
    assert.deepEqual(of({ state: "absent" }, group("g")), []);
  });
});
