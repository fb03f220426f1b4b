/**
 * The keeper's watch: does nothing while the keeper lives. When its pipe ends without a goodbye, the keeper was killed,
 * and the watch ends the mesh in its place.
 */
import { endAll } from "./group.ts";
import type { Identity, Mark } from "./identity.ts";
import { hear, type ToWatch } from "./messages.ts";

const records: Identity[] = [];
let mark: Mark | null = null;

hear<ToWatch>(
  process.stdin,
  (message) => {
    if (message.type === "mesh") mark = message.mark;
    if (message.type === "started") records.push(message.identity);
    if (message.type === "goodbye") process.exit(0);
  },
  () => {
    const ending = mark === null ? Promise.resolve([]) : endAll(mark, records, { settle: true });
    ending.then(
      () => process.exit(0),
      () => process.exit(70),
    );
  },
);
// Only the end of the keeper ends it: a signal meant for the terminal must not leave the mesh unwatched.
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => {});
