/**
 * Releases the claims of finished runs, once no fault of theirs can be left: the audit is through, and the journal
 * closed.
 */
import type { Kysely } from "kysely";
import type { RunId } from "../../../experiments/model/names.ts";
import type { Log } from "../../log.ts";
import type { RateLimitedLog } from "../../rate-limited-log.ts";
import { listClaims, releaseClaims } from "../../store/claims.ts";
import type { Schema } from "../../store/schema.ts";
import type { ActiveRun } from "../active/active-run.ts";
import type { ResidueWatch } from "../takeover/residue-watch.ts";

export interface ClaimReleaseConfig {
  readonly db: Kysely<Schema>;
  readonly log: Log;
  readonly sparse: RateLimitedLog;
  readonly residue: ResidueWatch;
  /**
   * Called once the run's resources are free, or are kept by its residue: in both cases there is no more to wait for.
   */
  readonly onSettled: (active: ActiveRun) => void;
}

export class ClaimRelease {
  readonly #config: ClaimReleaseConfig;
  readonly #open = new Map<RunId, ActiveRun>();

  constructor(config: ClaimReleaseConfig) {
    this.#config = config;
  }
  /** Adds a finished run. */
  add(active: ActiveRun): void {
    this.#open.set(active.id, active);
  }
  /** Settles finished runs; claims that cannot be released yet are retried the next time. */
  async settle(): Promise<void> {
    const { db, sparse, residue, onSettled } = this.#config;
    for (const [id, active] of this.#open) {
      if (active.unwritten.length > 0) continue;
      this.#open.delete(id);
      residue.watch(active.run);
      try {
        if (!residue.has(id)) await releaseClaims(db, id);
        onSettled(active);
      } catch (error) {
        sparse.warn(id, `${id}: its claims could not be freed yet: ${(error as Error).message}`);
        this.#open.set(id, active);
      }
    }
  }
  /** Releases the claims of a run by an operator's decision. Returns the resources. */
  async release(id: RunId, by: string): Promise<string[]> {
    const { db, log, residue } = this.#config;
    const resources = (await listClaims(db, id)).map(({ resource }) => resource);
    await releaseClaims(db, id);
    residue.forget(id);
    log.warn(`${by} released what ${id} claimed`, { resources });
    return resources;
  }
}
