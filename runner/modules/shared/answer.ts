// Shell that sees whether a service speaks: connects, says a line where that is wanted, and looks for a line
// of the answer. bash connects to ports and perl to Unix sockets: both are on every Debian, and sh can neither.

import { quote } from "../../transport/quote.ts";

export interface Speaking {
  readonly host: string;
  readonly port?: number | undefined;
  readonly socket?: string | undefined;
  readonly tls: boolean;
  readonly send?: string | undefined;
  readonly says?: string | undefined;
  /** As `says`, for grep -P; the line that matches is printed. */
  readonly search_regex?: string | undefined;
  /** Seconds. */
  readonly patience: number;
}

/** A command that succeeds when the service answers as wished. */
export function answers(speaking: Speaking): string {
  const { says, search_regex: pattern, patience } = speaking;
  const said = quote(speaking.send === undefined ? "" : `${speaking.send}\r\n`);
  const talk = `said=${said} timeout ${patience} ${speaking.tls ? overTls(speaking) : plainly(speaking)} 2>/dev/null`;
  if (pattern !== undefined) return `${talk} | grep -m1 -P -- ${quote(pattern)}`;
  return says === undefined ? talk : `${talk} | grep -Eq -- ${quote(says)}`;
}

/** What is said comes by the environment: a command line, where there may be a password in it, is everybody's to read. */
const PERL = [
  "my $s; socket($s, PF_UNIX, SOCK_STREAM, 0) && connect($s, sockaddr_un($ARGV[0])) or exit 1",
  "syswrite $s, $ENV{said}",
  "print scalar <$s> if $ARGV[1]",
].join("; ");

const BASH = [
  'exec 3<>"/dev/tcp/$0/$1" || exit 1',
  'printf %s "$said" >&3',
  'if [ -n "$2" ]; then IFS= read -r line <&3; printf "%s\\n" "$line"; fi',
].join("; ");

/** One line of the answer is read: what greets by several says what it is in the first. */
function plainly({ host, port, socket, says, search_regex }: Speaking): string {
  const listens = says !== undefined || search_regex !== undefined ? "1" : "''";
  return socket === undefined
    ? `bash -c ${quote(BASH)} ${quote(host)} ${port} ${listens}`
    : `perl -MSocket -e ${quote(PERL)} -- ${quote(socket)} ${listens}`;
}

/** Until the service hangs up, which what is sent should make it do. The certificate is not what is looked at. */
function overTls({ host, port }: Speaking): string {
  return `sh -c ${quote('printf %s "$said" | openssl s_client -quiet -connect "$0"')} ${quote(`${host}:${port}`)}`;
}

/** What a unit has last told its journal, after a line that says so; nothing when it told nothing. */
export function journalOf(unit: string): string {
  return `told=$(journalctl --no-pager -q -n 10 --since="@$start" -u ${quote(unit)} 2>/dev/null) || :
if [ -n "$told" ]; then printf 'the last journal lines of %s:\\n%s\\n' ${quote(unit)} "$told" >&2; fi`;
}
