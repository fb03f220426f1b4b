/**
 * The keeper's watchdog: does nothing while the keeper lives. When its pipe ends without a goodbye, the keeper was killed,
 * and the watchdog ends the mesh in its place.
 */

import { readMessages, type ToWatchdog } from "./messages.ts";
import type { Mark, ProcessIdentity } from "./process-identity.ts";
import { terminateAll } from "./terminate.ts";

const records: ProcessIdentity[] = [];
let mark: Mark | null = null;

readMessages<ToWatchdog>(
  process.stdin,
  (message) => {
    if (message.type === "mesh") mark = message.mark;
    if (message.type === "started") records.push(message.identity);
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
// Only the end of the keeper ends it: a signal meant for the terminal must not leave the mesh unwatched.
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => {});
