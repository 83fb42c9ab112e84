// Modules that Ansible has and this runner has not, each with what does the same here.

const A_COMMAND = "run it by command, with creates where that tells that it has been done";

const INSTEAD: Readonly<Record<string, string>> = {
  add_host: "hosts come from the inventory",
  apt_key: "copy the key to /etc/apt/keyrings, and name it by signed-by in the source",
  apt_repository:
    "copy a file to /etc/apt/sources.list.d, and set update_cache at the apt task that needs it",
  assemble: "write a template that includes the parts",
  async_status: "tasks run one after the other and may take as long as they need",
  cron: "write a systemd timer, or a file in /etc/cron.d, by copy",
  deb822_repository:
    "copy a file to /etc/apt/sources.list.d, and set update_cache at the apt task that needs it",
  debconf: "pipe the answer to debconf-set-selections by shell",
  dnf: "packages are Debian's: apt",
  dpkg_selections: "write apt's preferences by copy, or run apt-mark by command",
  expect: "give the answers on standard input: stdin of command",
  fetch: "slurp reads a file of the host",
  getent: "run getent by command with changed_when: false",
  git: A_COMMAND,
  group_by: "make the groups in the inventory, or write when",
  hostname: "write /etc/hostname by copy, and run hostnamectl in a handler",
  import_playbook: "it stands in the place of a play, not of a task",
  include: "write include_tasks or import_tasks",
  iptables: "write the firewall's configuration by template",
  known_hosts: "write the line by lineinfile",
  mount: "write a systemd mount unit, or /etc/fstab by lineinfile",
  package_facts:
    "apt knows whether a package is there; or run dpkg-query by command with changed_when: false",
  pip: A_COMMAND,
  reboot: "reboot by hand when you can look at the host",
  service_facts: "systemd knows the state of its unit; or run systemctl by command with changed_when: false",
  set_stats: "set_fact, and debug to show it",
  subversion: A_COMMAND,
  sysvinit: "systemd",
  unarchive: "unpack it by command: tar, with creates",
  uri: "wait_for asks a port, get_url fetches a file; else run curl by command",
  validate_argument_spec: "the types of role.yaml are checked before the run",
  wait_for_connection: "a host is connected to when the first task needs it",
  yum: "packages are Debian's: apt",
  yum_repository: "packages are Debian's: apt",
};

/** What to write in the place of one of Ansible's modules that is not carried; undefined for other names. */
export function insteadOfModule(name: string): string | undefined {
  const short = name.replace(/^ansible\.(builtin|legacy)\./, "");
  return Object.hasOwn(INSTEAD, short) ? INSTEAD[short] : undefined;
}
