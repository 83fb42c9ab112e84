// The report for people: headings and lines as Ansible's users know them, in the order of the play, however the
// hosts' events interleave.

import type { TextOf } from "../source/render.ts";
import { blockLines } from "./block.ts";
import type {
  EndEvent,
  ErrorEvent,
  ListEvent,
  PlayEvent,
  RecapEvent,
  RunEvent,
  StartEvent,
} from "./events.ts";
import { playHeading } from "./heading.ts";
import { type Block, createLineup, type HostEvent, type Lineup } from "./lineup.ts";
import { type ListKind, listLines } from "./list.ts";
import type { Paint } from "./paint.ts";
import { plural } from "./plural.ts";
import { problemLines } from "./problem-lines.ts";
import { profileLines } from "./profile.ts";
import { recapLines, summary } from "./recap.ts";
import type { Screen } from "./screen.ts";
import { visible } from "./visible.ts";

export interface TextOptions {
  readonly screen: Screen;
  /** Where errors go that belong to no host. */
  readonly problems: Screen;
  readonly paint: Paint;
  readonly problemPaint: Paint;
  readonly columns: () => number;
  readonly verbosity: number;
  readonly showDiff: boolean;
  readonly list: readonly ListKind[];
  readonly textOf: TextOf;
}

export interface TextReport {
  emit(event: RunEvent): void;
  leave(host: string): void;
  /** The hosts that the report waits for. */
  behind(): readonly string[];
}

export function createTextReport(options: TextOptions): TextReport {
  const { screen, paint, verbosity, showDiff } = options;
  let check = false;
  let playbook: string | undefined;
  let lineup: Lineup = createLineup([]);
  let printed = false;
  let plays = 0;
  let loadErrors = 0;
  const recaps: RecapEvent[] = [];
  /** Hosts that failed or have ended: a later play does not wait for them. */
  const gone = new Set<string>();

  const lookNow = () => ({
    paint,
    verbosity,
    showDiff,
    check,
    textOf: options.textOf,
    columns: options.columns(),
  });

  /** With an empty line between things. */
  function print(lines: readonly string[]): void {
    screen.print(printed ? ["", ...lines] : lines);
    printed = true;
  }

  function printAll(blocks: readonly Block[]): void {
    for (const block of blocks) {
      const lines = blockLines(block, lookNow());
      if (lines.length > 0) print(lines);
    }
  }

  function start(event: StartEvent): void {
    check = event.check;
    playbook = event.playbook;
    plays = 0;
  }

  function play({ play, hosts }: PlayEvent): void {
    printAll(lineup.end());
    lineup = createLineup(hosts.filter((host) => !gone.has(host)));
    const none = hosts.length === 0 ? [paint("skipped", "skipping: no hosts matched")] : [];
    print([paint("bold", playHeading(play, lookNow())), ...none]);
  }

  function ofHost(event: HostEvent): void {
    // Why the host cannot be reached has been told already.
    if (event.event === "task" && event.status === "unreachable" && gone.has(event.host)) return;
    if (event.event === "error" || event.status === "failed" || event.status === "unreachable")
      gone.add(event.host);
    else gone.delete(event.host);
    printAll(lineup.add(event));
  }

  function recap(event: RecapEvent): void {
    recaps.push(event);
    gone.add(event.host);
    printAll(lineup.leave(event.host));
  }

  function error(event: ErrorEvent): void {
    if (isOfHost(event)) {
      ofHost(event);
      return;
    }
    if (event.phase === "load") loadErrors++;
    screen.clear();
    options.problems.print(problemLines(event, options.textOf, options.problemPaint));
  }

  function end(event: EndEvent): void {
    printAll(lineup.end());
    lineup = createLineup([]);
    screen.clear();
    if (event.exitCode === 1 && loadErrors > 1 && recaps.length === 0) {
      options.problems.print(["", `${plural(loadErrors, "problem")}; no host was contacted`]);
    }
    const look = lookNow();
    if (recaps.length > 0) {
      print([...recapLines(recaps, look), "", summary(recaps, event, look)]);
    } else if (event.exitCode === 0 && !printed && playbook !== undefined) {
      // What --syntax-check has to say when there is nothing to say.
      print([paint("ok", `${visible(playbook)}: no problems found`)]);
    }
  }

  function list(event: ListEvent): void {
    plays++;
    if (plays === 1 && playbook !== undefined) print([`playbook: ${visible(playbook)}`]);
    print(listLines(event, options.list, plays));
  }

  function emit(event: RunEvent): void {
    switch (event.event) {
      case "start":
        start(event);
        break;
      case "play":
        play(event);
        break;
      case "task":
        ofHost(event);
        break;
      case "error":
        error(event);
        break;
      case "recap":
        recap(event);
        break;
      case "list":
        list(event);
        break;
      case "profile":
        printAll(lineup.end());
        print(profileLines(event, lookNow()));
        break;
      case "end":
        end(event);
        break;
    }
  }

  return {
    emit,
    leave: (host) => printAll(lineup.leave(host)),
    behind: () => lineup.behind(),
  };
}

function isOfHost(event: ErrorEvent): event is Extract<HostEvent, ErrorEvent> {
  return event.host !== undefined && event.phase !== "load";
}
