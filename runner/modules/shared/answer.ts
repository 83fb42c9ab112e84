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
  const talk = `timeout ${patience} ${speaking.tls ? overTls(speaking) : plainly(speaking)} 2>/dev/null`;
  if (pattern !== undefined) return `${talk} | grep -m1 -P -- ${quote(pattern)}`;
  return says === undefined ? talk : `${talk} | grep -Eq -- ${quote(says)}`;
}

const PERL = [
  "my $s; socket($s, PF_UNIX, SOCK_STREAM, 0) && connect($s, sockaddr_un($ARGV[0])) or exit 1",
  "syswrite $s, $ARGV[1]",
  "print scalar <$s> if $ARGV[2]",
].join("; ");

const BASH = [
  'exec 3<>"/dev/tcp/$0/$1" || exit 1',
  'printf %s "$2" >&3',
  'if [ -n "$3" ]; then IFS= read -r line <&3; printf "%s\\n" "$line"; fi',
].join("; ");

/** One line of the answer is read: what greets by several says what it is in the first. */
function plainly({ host, port, socket, send, says, search_regex }: Speaking): string {
  const listens = says !== undefined || search_regex !== undefined;
  const words = [quote(lineOf(send)), listens ? "1" : "''"].join(" ");
  return socket === undefined
    ? `bash -c ${quote(BASH)} ${quote(host)} ${port} ${words}`
    : `perl -MSocket -e ${quote(PERL)} -- ${quote(socket)} ${words}`;
}

/** Until the service hangs up, which what is sent should make it do. The certificate is not what is looked at. */
function overTls({ host, port, send }: Speaking): string {
  return `sh -c ${quote('printf %s "$1" | openssl s_client -quiet -connect "$0"')} ${quote(`${host}:${port}`)} ${quote(lineOf(send))}`;
}

function lineOf(send: string | undefined): string {
  return send === undefined ? "" : `${send}\r\n`;
}

/** What a unit has last told its journal, after a line that says so; nothing when it told nothing. */
export function journalOf(unit: string): string {
  return `told=$(journalctl --no-pager -q -n 10 --since="@$start" -u ${quote(unit)} 2>/dev/null) || :
if [ -n "$told" ]; then printf 'the last journal lines of %s:\\n%s\\n' ${quote(unit)} "$told" >&2; fi`;
}
