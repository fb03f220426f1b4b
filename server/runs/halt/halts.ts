/** Halts of a single run or of all runs, and the gate that a halt of all runs shuts. */

import type { RunId } from "../../../experiments/model/names.ts";
import { type Clock, sleep } from "../../clock.ts";
import { ApiError } from "../../errors.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { type Log, logFailure } from "../../log.ts";
import type { Principal } from "../../security/roles.ts";
import { Fenced } from "../../store/errors.ts";
import type { GateState } from "../../store/gate.ts";
import type { ActiveRun, HaltRequest } from "../active/active-run.ts";
import { type HaltGate, haltedError } from "./halt-gate.ts";

/** Longest wait for the store once the agents have answered. */
const ROW_WITHIN_MS = 1_000;

const halt = (runs: readonly ActiveRun[], halting: HaltRequest): RunId[] => {
  const halted = runs.filter(({ isOver }) => !isOver);
  for (const active of halted) active.post({ type: "halted", ...halting });
  return halted.map(({ id }) => id);
};

export interface HaltsConfig {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly log: Log;
}
export class Halts {
  readonly #config: HaltsConfig;
  readonly #gate: HaltGate;
  readonly #active: ReadonlyMap<RunId, ActiveRun>;
  /** Number of halts of all runs: a run admitted meanwhile is halted too. */
  count = 0;
  #last: HaltRequest = { because: "operator", reason: "Everything is halted.", recover: false };

  constructor(config: HaltsConfig, gate: HaltGate, active: ReadonlyMap<RunId, ActiveRun>) {
    this.#config = config;
    this.#gate = gate;
    this.#active = active;
  }

  one(active: ActiveRun | null, id: RunId, halting: HaltRequest): RunId[] {
    if (active === null || active.isOver)
      throw new ApiError("run-is-over", `run ${id} is over: there is nothing to halt`);
    return halt([active], halting);
  }
  /** Halts all active runs, and those being admitted. */
  all(halting: HaltRequest): RunId[] {
    this.count++;
    this.#last = halting;
    return halt([...this.#active.values()], halting);
  }
  /** Halts a run that was admitted during a halt of all runs. */
  late(active: ActiveRun): void {
    halt([active], this.#last);
  }

  /**
   * Withdraws every fault first; then the agents' answers and the store's write are awaited together. A store that is
   * locked or away does not delay the requesting operator: the row is written as soon as possible, and no run starts
   * here before. Throws Fenced, and permanent store errors.
   */
  async everything(halting: HaltRequest, { latch, by }: { latch: boolean; by: Principal }): Promise<RunId[]> {
    const { fleet, clock, log } = this.#config;
    if (latch) this.#gate.shut();
    const cleared = fleet.haltAll();
    const halted = this.all(halting);
    const writing = latch
      ? this.#gate.closeDurably({ reason: halting.reason, by: by.name, atMs: clock.wallMs() }).then(() => true)
      : Promise.resolve(true);
    const refused = new Promise<never>((_, reject) => {
      writing.catch(reject);
    });
    const { missing } = await Promise.race([cleared, refused]);
    const isWritten = await Promise.race([writing, sleep(clock, ROW_WITHIN_MS).then(() => false)]);
    if (!isWritten) {
      log.error("everything is halted, but the database does not take that down yet: it is tried on");
      writing.catch((error: Error) => {
        if (error instanceof Fenced) log.warn("everything is halted: whoever leads now is told by the database");
        else logFailure(log, "writing down that everything is halted")(error);
      });
    }
    if (missing.length > 0) log.warn("agents did not answer a halt of everything", { missing });
    return halted;
  }
  /** Reads the gate again: a server that lost the lead may have written an acknowledged halt, which holds here, too. */
  async look(): Promise<void> {
    const gate = await this.#gate.refresh();
    if (gate === null) return;
    const { fleet, log } = this.#config;
    log.warn("everything is halted: another server took the halt, and then lost the lead", { by: gate.by });
    const cleared = fleet.haltAll();
    this.all({ because: "operator", reason: gate.reason, recover: false });
    await cleared;
  }
  /** Opens the gate. Throws Fenced, and errors of the store. */
  async release(by: Principal): Promise<GateState> {
    const before = await this.#gate.release();
    this.#config.log.info("the gate was released", { by: by.name, halted: before?.reason ?? null });
    return before;
  }
  /** Refusal of a start while the gate is shut. */
  async refusal(): Promise<ApiError> {
    const gate = await this.#gate.read();
    const unwritten = "everything was halted a moment ago, and that is not written down yet";
    return gate === null ? new ApiError("halted", unwritten) : haltedError(gate);
  }
}
