import assert from "node:assert/strict";
import { CONNECTION_SCHEMA, forwardsAgent, jumpsIn } from "../../../runner/inventory/connection.ts";
import { schemaErrors } from "../../../runner/source/schema.ts";
import { loadText } from "./load-text.ts";

describe("an inventory", () => {
  it("resolves nested groups; what is in no group is ungrouped", () => {
    const { inventory, told } = loadText(`
all:
  hosts: {alone: }
  children:
    outer: {children: {inner: {hosts: {h1: }}}, hosts: {h2: }}
`);
    assert.deepEqual(told, []);
    assert.deepEqual(inventory.groups.get("outer"), ["h2", "h1"]);
    assert.deepEqual(inventory.groups.get("ungrouped"), ["alone"]);
    assert.deepEqual(inventory.hosts.get("h1")?.groups, ["inner", "outer"]);
  });

  it("lets children win over parents, and the alphabetically later among equals", () => {
    const { variable } = loadText(`
all:
  vars: {x: all, y: all, z: all}
  children:
    b: {hosts: {h: }, vars: {x: b, y: b}}
    a: {children: {deep: {hosts: {h: }, vars: {x: deep}}}, vars: {x: a, y: a}}
`);
    assert.deepEqual(
      ["x", "y", "z"].map((name) => variable("h", name)),
      ["deep", "b", "all"],
    );
  });

  it("lets files win over the inventory, those beside the playbook over those beside it, and the host over groups", () => {
    const files = {
      "group_vars/all.yaml": "a: file\nb: file\nc: file\nd: file",
      "group_vars/web/one.yml": "b: group",
      "play/group_vars/all.yml": "c: beside the playbook",
      "host_vars/h.yaml": "d: host",
    };
    const { variable, told } = loadText("all: {vars: {a: inline}, children: {web: {hosts: {h: }}}}", files);
    assert.deepEqual(told, []);
    assert.deepEqual(
      ["a", "b", "c", "d"].map((name) => variable("h", name)),
      ["file", "group", "beside the playbook", "host"],
    );
  });

  it("renders a variable that mentions another when it is used", () => {
    const { variable } = loadText(`all: {hosts: {h: {url: "https://{{ name }}/", name: h.example}}}`);
    assert.equal(variable("h", "url"), "https://h.example/");
  });

  const wrong: [title: string, text: string, told: RegExp][] = [
    [
      "a misspelt key of a group",
      "all: {host: {h: }}",
      /:1:7: unknown key "host" in group all.*did you mean "hosts"/,
    ],
    ["a list of hosts", "all: {hosts: [h]}", /:1:14: hosts of group all: a mapping is expected/],
    ["a group below itself", "a: {children: {b: {children: {a: }}}}", /group b would be its own ancestor/],
    [
      "a name that no expression could use",
      "all: {vars: {my-var: 1}}",
      /:1:14: "my-var" cannot be the name of a variable.*my_var/,
    ],
    ["an INI file", "[web]\nh1\n", /INI inventory/],
    ["a playbook", "- hosts: all", /an inventory is a mapping of groups/],
  ];
  for (const [title, text, told] of wrong) {
    it(`refuses ${title}`, () => assert.match(loadText(text).told.join("\n"), told));
  }
});

describe("ansible_ssh_common_args", () => {
  const schema = CONNECTION_SCHEMA.properties.ansible_ssh_common_args;
  const cases: [args: string, jumps: string | undefined][] = [
    ["-J bastion", "bastion"],
    ["-J me@a:22,b", "me@a:22,b"],
    ["-o ProxyJump=bastion", "bastion"],
    ['-o "ProxyJump bastion"', "bastion"],
    ["-oProxyJump=bastion", "bastion"],
    ["-C -o ControlMaster=auto -o ControlPersist=60s -o ConnectTimeout=2", undefined],
    ["-o ConnectTimeout=2 -J bastion -q", "bastion"],
    ["", undefined],
  ];
  for (const [args, jumps] of cases) {
    it(`${JSON.stringify(args)} leads through ${jumps ?? "no host"}`, () => {
      assert.deepEqual(schemaErrors(schema, args), []);
      assert.equal(jumpsIn(args), jumps);
    });
  }
  it("lends the agent where it says so", () => {
    for (const args of ["-A", "-J bastion -A", "-o ForwardAgent=yes", '-o "ForwardAgent yes" -C']) {
      assert.deepEqual(schemaErrors(schema, args), []);
      assert.ok(forwardsAgent(args), args);
    }
    for (const args of ["", "-J me-A", "-o ProxyJump=a-A"]) assert.ok(!forwardsAgent(args), args);
  });

  for (const args of [
    "-o ProxyCommand='nc %h %p'",
    "-J a -o StrictHostKeyChecking=no",
    "-o StrictHostKeyChecking=no",
  ]) {
    it(`${args} is refused`, () =>
      assert.match(schemaErrors(schema, args)[0]?.message ?? "", /only -J HOSTS/));
  }
});
