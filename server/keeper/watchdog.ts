/**
 * Watchdog of the keeper: idle while the keeper lives. When the pipe ends without a goodbye, the keeper was killed, and
 * the watchdog ends the mesh instead. A group that a fault has stopped goes on at the end of its lease, also where the
 * keeper is stopped itself.
 */

import { machineMsOf } from "../../agent/contract/processes.ts";
import { readMessages, type ToWatchdog } from "./messages.ts";
import { type Mark, type ProcessIdentity, signalGroup } from "./process-identity.ts";
import { terminateAll } from "./terminate.ts";

const records: ProcessIdentity[] = [];
let mark: Mark | null = null;

/** Alarms of stopped groups, by the group's leader. */
const alarms = new Map<number, NodeJS.Timeout>();
/** The keeper comes first: this is for a keeper that is itself stopped. */
const AFTER_KEEPER_MS = 100;
const withdraw = (pid: number): void => {
  clearTimeout(alarms.get(pid));
  alarms.delete(pid);
};
const letGoOnAt = (identity: ProcessIdentity, untilMs: number): void => {
  withdraw(identity.pid);
  const restMs = Math.max(0, untilMs - machineMsOf(process.hrtime.bigint())) + AFTER_KEEPER_MS;
  alarms.set(
    identity.pid,
    setTimeout(() => {
      alarms.delete(identity.pid);
      signalGroup(identity, "SIGCONT");
    }, restMs),
  );
};

readMessages<ToWatchdog>(
  process.stdin,
  (message) => {
    if (message.type === "mesh") mark = message.mark;
    if (message.type === "started") records.push(message.identity);
    if (message.type === "stopped") letGoOnAt(message.identity, message.untilMs);
    if (message.type === "continued") withdraw(message.pid);
    if (message.type === "goodbye") process.exit(0);
  },
  () => {
    const ending = mark === null ? Promise.resolve([]) : terminateAll(mark, records, { settle: true });
    ending.then(
      () => process.exit(0),
      () => process.exit(70),
    );
  },
);
// Only the keeper's end ends the watchdog: a signal meant for the terminal must not leave the mesh unwatched.
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => {});
