// apt on a real host: what it cannot do is told with the remedy, and what others left is dealt with.
import assert from "node:assert/strict";
import type { Host } from "../../lab/index.ts";

type Task = Readonly<Record<string, unknown>>;

interface On {
  readonly host: Host;
  readonly play: (
    list: readonly Task[],
  ) => Promise<{ readonly statuses: readonly string[]; readonly messages: readonly string[] }>;
  /** What the only task says when it fails. */
  readonly failure: (task: Task) => Promise<string>;
}

export function packages(on: () => On): void {
  it("say what is to be done when apt does not know a package", async () => {
    assert.match(
      await on().failure({ apt: { name: "no-such-package" } }),
      /Unable to locate package no-such-package/,
    );
    await on().host.must("rm -rf /var/lib/apt/lists; mkdir /var/lib/apt/lists");
    assert.match(
      await on().failure({ apt: { name: "no-such-package" } }),
      /lists of packages are empty: set update_cache: true/,
    );
    assert.deepEqual((await on().play([{ apt: { update_cache: true, cache_valid_time: 600 } }])).statuses, [
      "changed",
    ]);
    assert.deepEqual((await on().play([{ apt: { update_cache: true, cache_valid_time: 600 } }])).statuses, [
      "ok",
    ]);
  });

  it("wait for another apt, and name it when it takes too long", async () => {
    const hold =
      'perl -e \'use Fcntl; open F, ">>", "/var/lib/dpkg/lock-frontend"; my $l = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die; sleep $ARGV[0]\'';
    const holder = on().host.exec(`${hold} 3`);
    assert.deepEqual((await on().play([{ apt: { name: "tree", state: "absent" } }])).statuses, ["changed"]);
    await holder;
    const longer = on().host.exec(`${hold} 6`);
    const message = await on().failure({ apt: { name: "tree", lock_timeout: 1 } });
    assert.match(message, /another apt or dpkg is at work; it was waited for 1 seconds/);
    await longer;
  });

  it("finish what a killed dpkg has left", async () => {
    await on().host.must(
      "touch /var/lib/dpkg/updates/0000; dpkg --unpack --force-all $(cd /tmp && apt-get download -qq tree && ls /tmp/tree_*.deb)",
    );
    assert.deepEqual((await on().play([{ apt: { name: "tree" } }])).statuses, ["changed"]);
    assert.match(await on().host.must("dpkg -s tree"), /^Status: install ok installed$/m);
  });

  /** What apt-get was called with to install something, call by call. */
  async function installed(): Promise<string[]> {
    const log = await on().host.must("cat /var/log/apt/history.log; : >/var/log/apt/history.log");
    return [...log.matchAll(/^Commandline: .* install (?:.* )?-- (.*)$/gm)].map(([, names = ""]) => names);
  }

  it("install what neighbouring tasks and items want in one transaction", async () => {
    const { host, play } = on();
    await host.must("apt-get -qy purge tree bc; : >/var/log/apt/history.log");
    const { statuses } = await play([
      { apt: { name: "tree" } },
      { apt: { name: "{{ item }}" }, loop: ["bc", "sl"] },
      { apt: { name: "figlet" } },
    ]);
    assert.deepEqual(statuses, ["changed", "changed", "changed"]);
    assert.deepEqual(await installed(), ["tree bc sl figlet"]);
  });

  it("leave out of it what comes along with another, whose task changes nothing then", async () => {
    const { host, play } = on();
    await host.must("apt-get -qy purge tree sl");
    const { statuses } = await play([
      { apt: { name: "sl" } },
      { apt: { name: "jq" } },
      { apt: { name: "libjq1" } },
      { apt: { name: "tree" } },
    ]);
    assert.deepEqual(statuses, ["changed", "changed", "ok", "changed"]);
    assert.deepEqual((await installed()).slice(-2), ["sl jq", "tree"]);
  });

  it("tell each task of its own package alone when one cannot be installed", async () => {
    const { host, play } = on();
    const broken =
      "package() { mkdir -p /tmp/$1/DEBIAN; printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example>\\nDescription: x\\n' $1 >/tmp/$1/DEBIAN/control; printf '#!/bin/sh\\nexit %s\\n' $2 >/tmp/$1/DEBIAN/postinst; chmod +x /tmp/$1/DEBIAN/postinst; dpkg-deb --build /tmp/$1 /srv/repo/$1.deb; }";
    await host.must(`apt-get -qy purge sl tree; mkdir -p /srv/repo; ${broken}; package good 0; package bad 1
apt-get -qy install apt-utils >/dev/null; cd /srv/repo && apt-ftparchive packages . >Packages
echo 'deb [trusted=yes] file:/srv/repo ./' >/etc/apt/sources.list.d/repo.list; apt-get -q update`);
    const { statuses, messages } = await play([
      { apt: { name: "{{ item }}" }, loop: ["good", "sl"] },
      { apt: { name: "bad" } },
      { apt: { name: "tree" } },
    ]);
    assert.deepEqual(statuses, ["changed", "failed"]);
    assert.match(messages[1] ?? "", /could not install bad/);
  });
}
