// A Postfix that talks to OpenDKIM as a relay's does, and keeps every message that it takes, whoever it is for.
import type { Host } from "../../lab/index.ts";

const MAIN = `compatibility_level = 3.6
myhostname = DOMAIN
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all/
virtual_mailbox_base = /srv/mail
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
transport_maps = inline:{ { gone@other.example = local: } }
local_header_rewrite_clients =
disable_mime_input_processing = yes
non_smtpd_milters = unix:opendkim/opendkim.sock
internal_mail_filter_classes = bounce
milter_macro_daemon_name = ORIGINATING
milter_header_checks = regexp:/etc/postfix/milter_header_checks
`;

const VERIFYING = `smtp inet n - y - - smtpd
  -o smtpd_milters=unix:opendkim/opendkim.sock
  -o milter_macro_daemon_name=VERIFYING
10025 inet n - y - - smtpd
  -o smtpd_milters=unix:opendkim/opendkim.sock
  -o milter_macro_daemon_name=ORIGINATING
`;

const HEADER_CHECKS = `/^Authentication-Results:[[:space:]]*[^[:space:];]+; dkim=permerror \\([^()]*\\)$/
  REJECT 5.7.1 No valid DKIM signature found
`;

/** Starts it with port 25 for mail from others and port 10025 for our own. */
export async function startPostfix(host: Host): Promise<void> {
  await host.must("install -d -o nobody -g nogroup /srv/mail");
  await host.must("cat >/etc/postfix/main.cf", { input: MAIN.replaceAll("DOMAIN", host.name) });
  await host.must("cat >/etc/postfix/milter_header_checks", { input: HEADER_CHECKS });
  await host.must("sed -i '/^smtp *inet/d' /etc/postfix/master.cf; cat >>/etc/postfix/master.cf", {
    input: VERIFYING,
  });
  await host.must("postfix check && systemctl restart postfix");
}

/** The messages that have come since the last call, when there are so many. */
export async function delivered(host: Host, count = 1): Promise<string[]> {
  const script = `for try in $(seq 100); do
    test $(ls /srv/mail/all/new 2>/dev/null | wc -l) -ge ${count} && break; sleep 0.05; done
    for file in /srv/mail/all/new/*; do [ ! -e "$file" ] || { cat "$file"; printf '\\0'; rm "$file"; }; done`;
  return (await host.must(script)).split("\0").slice(0, -1);
}
