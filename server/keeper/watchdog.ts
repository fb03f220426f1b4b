/**
 * Watchdog of the keeper: idle while the keeper lives. When the pipe ends without a goodbye, the keeper was killed, and
 * the watchdog ends the mesh instead.
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
// Only the keeper's end ends the watchdog: a signal meant for the terminal must not leave the mesh unwatched.
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => {});
