// What can happen to a relay between two runs: each drift as the shell that makes it, and the task that repairs it. All
// of a list are made at once.

export interface Drift {
  readonly what: string;
  readonly make: string;
  readonly task: string;
}

const drift = (what: string, make: string, task: string): Drift => ({ what, make, task });

export const drifts: readonly Drift[] = [
  drift("an edited file", "echo '# by hand' >>/etc/postfix/main.cf", "Write Postfix's configuration"),
  drift("an emptied file", ": >/etc/dovecot/doveauth.conf.ext", "Write Dovecot's configuration"),
  drift("a removed file", "rm /etc/nginx/relay.conf", "Write nginx's configuration"),
  drift("another mode", "chmod 0600 /etc/postfix/master.cf", "Write Postfix's configuration"),
  drift("another owner", "chown nobody /etc/dovecot/dovecot.conf", "Write Dovecot's configuration"),
  drift(
    "another group",
    "chgrp daemon /etc/dhcp/dhclient-enter-hooks.d/chatmail",
    "Keep dhclient from writing resolv.conf",
  ),
  drift("a set-ID bit", "chmod 4755 /usr/local/lib/chatmaild/doveauth.mjs", "Install doveauth"),
  drift(
    "a link with the same content in place of a file",
    "cp /etc/nginx/nginx.conf /srv; ln -sf /srv/nginx.conf /etc/nginx/nginx.conf",
    "Write nginx's configuration",
  ),
  drift(
    "a link in place of a file, to something else",
    "ln -sf /etc/hosts /etc/postfix/login_map",
    "Write Postfix's configuration",
  ),
  drift(
    "a link to a device in place of a file",
    "ln -sf /dev/null /etc/opendkim/final.lua",
    "Write OpenDKIM's configuration",
  ),
  drift(
    "a link in place of resolv.conf",
    "cp /etc/resolv.conf /run/copy; ln -sf /run/copy /etc/resolv.conf",
    "Make the host ask Unbound",
  ),
  drift(
    "a lost unit file",
    "rm /etc/systemd/system/filtermail.service",
    "Write the unit of filtermail for outgoing mail",
  ),
  drift(
    "a lost part of a unit",
    "rm /etc/systemd/system/nginx.service.d/chatmail.conf",
    "Write the additions to nginx's unit",
  ),
  drift(
    "a lost directory of parts",
    "rm -r /etc/systemd/system/dovecot.service.d",
    "Create the directory of the additions to Dovecot's unit",
  ),
  drift(
    "a broken part of a unit",
    "echo broken >/etc/systemd/system/postfix@.service.d/chatmail.conf",
    "Write the additions to Postfix's unit",
  ),
  drift("a stopped service", "systemctl stop filtermail", "Keep the daemons running"),
  drift("a disabled service", "systemctl -q disable doveauth", "Keep the daemons running"),
  drift(
    "a stopped and disabled socket",
    "systemctl -q disable --now newemail.socket",
    "Keep newemail within reach",
  ),
  drift(
    "a service that must not run, unmasked",
    "systemctl -q unmask systemd-resolved",
    "Keep the resolver of systemd from running",
  ),
  drift("another name of the mail", "echo other.example >/etc/mailname", "Write the name of the host's mail"),
  drift("a directory with another mode", "chmod 0755 /etc/dkimkeys", "Create the directory of the keys"),
  drift(
    "a key with another owner",
    "chown root /etc/dkimkeys/opendkim.private",
    "Let nobody else read the key",
  ),
  drift("one lost file of several", "rm /etc/dkimkeys/KeyTable", "Write OpenDKIM's configuration"),
  drift("an added line", "echo >>/etc/dkimkeys/SigningTable", "Write OpenDKIM's configuration"),
  drift("a user out of a group", "gpasswd -d postfix opendkim", "Let Postfix reach the socket"),
  drift("a user with another shell", "usermod -s /bin/bash vmail", "Create the user who owns the mail"),
  drift(
    "mailboxes that others may enter",
    "chmod 0755 /home/vmail/mail/*",
    "Create the directory of the mailboxes",
  ),
  drift("a file too many", "touch /var/www/html/extra.txt", "Build the pages and bring them to the server"),
  drift(
    "an edited page",
    "echo x >>/var/www/html/index.html",
    "Build the pages and bring them to the server",
  ),
  drift(
    "a directory in place of a file",
    "rm /var/www/html/info.html; mkdir -p /var/www/html/info.html/deep",
    "Build the pages and bring them to the server",
  ),
  drift(
    "a lost setting of apt",
    "rm /etc/apt/apt.conf.d/00InstallRecommends",
    "Leave recommended packages out",
  ),
  drift("another line", "sed -i 's/^TZ=.*/TZ=UTC/' /etc/environment", "Name the file of the time zone"),
  drift(
    "another limit",
    "echo x=1 >>/etc/sysctl.d/60-chatmail.conf",
    "Raise the number of files that may be watched",
  ),
  drift("what must not be there", "mkdir -p /var/log/journal/x", "Remove the journals that were on the disk"),
  drift("a lost program", "rm /usr/local/lib/chatmaild/filtermail.mjs", "Install filtermail"),
  drift(
    "a lost directory of settings",
    "rm -r /etc/systemd/journald.conf.d",
    "Create the directory of the additions to the journal's settings",
  ),
  drift(
    "an edited part of a configuration",
    "echo '# x' >>/etc/unbound/unbound.conf.d/chatmail.conf",
    "Write Unbound's configuration",
  ),
  drift(
    "a lost directory of a socket",
    "rm -rf /var/spool/postfix/opendkim",
    "Create the directory of the socket",
  ),
  drift("a directory nobody may enter", "chmod 0700 /etc/opendkim", "Create the directory of the scripts"),
];

/** What makes other things uncertain: they come after packages and commands. */
export const deepDrifts: readonly Drift[] = [
  drift("a missing package", "dpkg --purge --force-depends bind9-dnsutils", "Install Unbound"),
  drift("a missing module of a server", "dpkg --remove libnginx-mod-stream", "Install nginx"),
  drift("a lost certificate", "rm /etc/ssl/certs/mailserver.pem", "Make the certificate"),
  drift(
    "a lost unit of a socket",
    "rm /etc/systemd/system/doveauth.socket",
    "Write the unit of doveauth's socket",
  ),
  drift("stopped servers", "systemctl stop postfix dovecot nginx", "Keep Dovecot running"),
  drift("all programs gone", "rm -r /usr/local/lib/chatmaild", "Create the directory of the daemons"),
  drift(
    "a link in place of a directory",
    "mv /etc/opendkim /srv/x; ln -s /srv/x /etc/opendkim; chmod 0700 /srv/x",
    "Create the directory of the scripts",
  ),
];

/** The shell that makes all of them, and has systemd see what became of its files. */
export function makeAll(list: readonly Drift[]): string {
  return [
    "set -e",
    ...list.map(({ make }) => `{ ${make}; } >/dev/null 2>&1`),
    "systemctl daemon-reload",
  ].join("\n");
}
