/** Lifecycle events of runs, and their listeners: webhooks, schedules, metrics and the log. */
import type { Labels } from "../../experiments/model/mesh/selector.ts";
import type { EdgeId, Instance, RunId } from "../../experiments/model/names.ts";
import type { ReasonCode, Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { Log } from "../log.ts";

/** Lifecycle event of a run, for listeners. */
export interface LifecycleEvent {
  readonly what: "queued" | "started" | "halted" | "finished";
  readonly id: RunId;
  readonly experiment: string;
  readonly labels: Labels;
  readonly by: string;
  readonly schedule: string | null;
  readonly instantMs: number | null;
  /** Edges that the run faults. */
  readonly edges: readonly EdgeId[];
  /** Agents not known to have dropped the faults of a run that ended RESIDUE. */
  readonly suspects: readonly Instance[];
  /** Verdict of a finished run, else null. */
  readonly verdict: Verdict | null;
  readonly because: ReasonCode | null;
  readonly reason: string;
}

/** Lifecycle events for listeners. A listener that fails keeps no other listener from the event. */
export class LifecycleEvents {
  readonly #log: Log;
  readonly #listeners = new Set<(news: LifecycleEvent) => void>();

  constructor(log: Log) {
    this.#log = log;
  }
  listen(listener: (news: LifecycleEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  tell(news: LifecycleEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (error) {
        this.#log.error(`news of ${news.id} could not be told: ${(error as Error).message}`);
      }
    }
  }
}
