/** Run queue: starts runs in order of priority and age, each once all claims are held. */
import type { Kysely } from "kysely";
import type { RunId } from "../../../experiments/model/names.ts";
import type { RateLimitedLog } from "../../rate-limited-log.ts";
import { releaseClaims } from "../../store/claims.ts";
import type { Schema } from "../../store/schema.ts";
import type { ActiveRun } from "../active/active-run.ts";
import type { Caps } from "../caps.ts";
import type { HaltGate } from "../halt/halt-gate.ts";
import type { AdmissionRules } from "../start/admission-rules.ts";
import { acquireClaims } from "../start/commit.ts";
import { computeClaims } from "./claims.ts";
import { type QueueEntry, QueueOrder } from "./order.ts";

export interface RunQueueConfig {
  readonly db: Kysely<Schema>;
  readonly epoch: number;
  readonly gate: HaltGate;
  readonly rules: AdmissionRules;
  readonly caps: Caps;
  readonly sparse: RateLimitedLog;
}
interface QueuedRun extends QueueEntry {
  readonly active: ActiveRun;
}

export class RunQueue {
  readonly #config: RunQueueConfig;
  readonly #queue = new QueueOrder<QueuedRun>();
  #age = 0;
  #taking: Promise<void> | null = null;
  /** A change came while turns were being taken: the queue is checked again. */
  #again = false;
  #stopped = false;

  constructor(config: RunQueueConfig) {
    this.#config = config;
  }
  /** Number of waiting runs. */
  get length(): number {
    return this.#queue.length;
  }
  /** Run that a queued run waits for; null: the queued run waits for a cap or for the gate, or does not wait. */
  blockerOf(id: RunId): ActiveRun | null {
    return this.#queue.blockerOf(id)?.active ?? null;
  }
  add(active: ActiveRun): void {
    const { plan, origin, mesh, id } = active;
    const claims = mesh === null ? [] : computeClaims(plan, mesh);
    const seat: QueuedRun = { id, plan, claims, priority: origin.priority, age: this.#age++, active };
    this.#queue.add(seat);
  }
  /** Removes a run that is over, or never was, and from now on blocks no other run. */
  remove(id: RunId): void {
    this.#queue.remove(id);
  }
  stop(): void {
    this.#stopped = true;
  }

  /** Starts every run whose turn has come, serially, however many callers ask. */
  startReady(): Promise<void> {
    this.#again = true;
    this.#taking ??= this.#takeAll().finally(() => {
      this.#taking = null;
    });
    return this.#taking;
  }
  async #takeAll(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      for (const seat of this.#queue.next(this.#config.caps)) {
        const { id } = seat;
        if (!this.#queue.isWaiting(id)) continue;
        await this.#try(seat).catch((error: Error) =>
          this.#config.sparse.warn(id, `${id} could not be taken up, and is tried again: ${error.message}`),
        );
      }
    }
  }

  async #try(seat: QueuedRun): Promise<void> {
    const { db, epoch, gate, rules } = this.#config;
    const { id, active, plan, claims } = seat;
    if (!active.isQueued) return this.remove(id);
    if (active.mesh === null || gate.isShut) return;
    const halting = await rules.findViolation({ plan, mesh: active.mesh, by: active.by }, true);
    if (halting !== null) return active.post({ type: "halted", ...halting, recover: false });
    const { taken } = await acquireClaims(db, epoch, id, claims);
    if (!taken) return;
    // A halt that came while the claims were written did not see these claims.
    if (!active.isQueued || this.#stopped) {
      await releaseClaims(db, id);
      return;
    }
    this.#queue.begin(id);
    active.start();
  }
}
