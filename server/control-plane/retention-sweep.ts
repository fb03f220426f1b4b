/** Retention sweep of the leader: deletes outdated records once an hour. The limits and the rows are the store's. */
import { type Clock, every } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/open.ts";
import { DEFAULT_RETENTION, type Retention, sweep } from "../store/retention.ts";

export interface RetentionSweepConfig {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  /** Limits that differ from the default limits; undefined: none. */
  readonly retention: Partial<Retention> | undefined;
  /** True if this server leads, asked before each sweep. */
  readonly leads: () => boolean;
}
const RETENTION_INTERVAL_MS = 3_600_000;
/** Sweeps once an hour until the returned function is called; a failed sweep is tried again an hour later. */
export const enforceRetention = ({ clock, log, store, retention, leads }: RetentionSweepConfig): (() => void) => {
  const keep = { ...DEFAULT_RETENTION, ...retention };
  let isTidying = false;
  const alarm = every(clock, RETENTION_INTERVAL_MS, () => {
    if (isTidying || !leads()) return;
    isTidying = true;
    sweep(store.db, keep, clock.wallMs())
      .then((removed) => {
        if (Object.values(removed).some((count) => count > 0)) log.info("what was too old was deleted", { ...removed });
      })
      .catch((error: Error) => log.error(`what is too old could not be deleted: ${error.message}`))
      .finally(() => {
        isTidying = false;
      });
  });
  return () => alarm.cancel();
};
