// quota-expire: makes room in one mailbox that is getting full. Dovecot runs it when a delivery fills a mailbox above
// 75 %, before apps begin to warn at 80 %.
//
//   quota-expire TARGET-MEGABYTES MAILBOX

import { basename } from "node:path";
import { eachFile, stateOf } from "./lib/expiry/mailboxes.ts";
import { readArguments, runProgram } from "./lib/expiry/options.ts";
import { forgetSize, removeFile } from "./lib/expiry/remove.ts";
import { type Message, messageOf, surplus } from "./lib/expiry/shrink.ts";
import { logToStderr as log } from "./lib/log.ts";

const USAGE = "quota-expire TARGET-MEGABYTES MAILBOX";

runProgram("quota-expire", () => {
  const { positionals } = readArguments(process.argv.slice(2), { usage: USAGE, count: 2, options: {} });
  const [target = "", mailbox = ""] = positionals;
  if (!/^[0-9]{1,9}([.][0-9]+)?$/.test(target)) throw new Error(`${target} is no number of megabytes`);
  const address = basename(mailbox);
  if (!address.includes("@") || !stateOf(mailbox)?.isDirectory()) throw new Error(`${mailbox} is no mailbox`);
  const messages: Message[] = [];
  eachFile(mailbox, (path, name, place) => {
    const file = (place === "cur" || place === "new") && stateOf(path);
    if (file) messages.push(messageOf(name, path, file));
  });
  const gone = surplus(messages, Number(target) * 1024 ** 2, Date.now() / 1000);
  const removed = gone.filter(({ path }) => removeFile(path)).length;
  if (removed === 0) return;
  forgetSize(mailbox);
  log(`quota-expire: removed ${removed} message(s) from ${address}`);
});
