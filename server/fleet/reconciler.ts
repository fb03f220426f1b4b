/**
 * Reconciles each agent with the desired state: sends the whole set when the set changed, else another lease, and never
 * a fault of a run whose gate is closed.
 */
import { randomUUID } from "node:crypto";
import { LARGEST_ORDER_BYTES, SMALLER_ORDER } from "../../agent/contract/index.ts";
import type { RunId } from "../../experiments/model/names.ts";
import type { Agent } from "./agent.ts";
import { desiredStateOf, type OrderSet, orderContent } from "./desired-state.ts";
import type { FleetState } from "./fleet-state.ts";
import type { RegisteredRun } from "./registered-run.ts";

/** The only encoding of a drop, which all contract versions understand. Encoded once for any number of agents. */
export const dropMessage = (nonce: string): string => JSON.stringify({ type: "drop", nonce });

export class Reconciler {
  readonly #state: FleetState;
  #gen = 0;

  constructor(state: FleetState) {
    this.#state = state;
  }

  /** Answers a pulse: sends a changed desired state, else renews the lease. */
  onPulse(agent: Agent): void {
    this.closeExpiredGates();
    const { desiredVersion, epoch } = this.#state;
    if (agent.sent.desiredVersion !== desiredVersion && this.reconcile(agent)) return;
    if (agent.sent.set.faults.length > 0 && this.#mayAdd(agent)) agent.renew(epoch);
  }

  /**
   * Reconciles the agent with the desired state of this moment. Returns false when the agent already has that state, or
   * may not or cannot be sent an order.
   */
  reconcile(agent: Agent): boolean {
    if (agent.link === null || agent.pulse === null || agent.isForeign || agent.isEnding) return false;
    const { desiredVersion, epoch, clock, runs } = this.#state;
    const set = desiredStateOf(runs.values(), agent, clock.nowMs());
    const revisions = this.#revisionsFor(agent);
    const content = orderContent(set);
    if (content === agent.sent.content) {
      agent.sent = { ...agent.sent, desiredVersion, revisions };
      this.reportApplied(agent);
      return false;
    }
    // Even an order that only removes a fault grants the others a new lease.
    if (set.faults.length > 0 && !this.#mayAdd(agent)) return this.#onlyRemove(agent, set);
    const body = bodyOf(set);
    const problem = sizeProblem(body);
    if (problem !== null) return this.refuse(agent, this.#unheldOf(agent, revisions), problem) && this.reconcile(agent);
    agent.order({ gen: ++this.#gen, desiredVersion, content, set, revisions, epoch, body });
    this.reportApplied(agent);
    return true;
  }
  reconcileRun(run: RegisteredRun): void {
    for (const agent of this.#state.agentsOf(run)) this.reconcile(agent);
  }
  /**
   * Tells runs that this agent does not honour their orders; such a run is not ordered from the agent again. Returns
   * false when no run was told.
   */
  refuse({ boot }: Agent, revisions: ReadonlyMap<RunId, number>, why: string): boolean {
    let isTold = false;
    for (const [id, revision] of revisions) {
      const run = this.#state.runs.get(id);
      if (run === undefined || run.excluded.has(boot)) continue;
      run.excluded.add(boot);
      run.callbacks.post({ type: "refused", boot, revision, why });
      isTold = true;
    }
    if (isTold) this.#state.invalidate();
    return isTold;
  }
  /** Runs whose newest revision the agent does not hold; where it holds all, every run. */
  #unheldOf({ boot }: Agent, revisions: ReadonlyMap<RunId, number>): ReadonlyMap<RunId, number> {
    const isHeld = (id: RunId) => this.#state.runs.get(id)?.acknowledged.has(boot) === true;
    const unheld = new Map([...revisions].filter(([id, revision]) => revision > 0 && !isHeld(id)));
    return unheld.size > 0 ? unheld : revisions;
  }
  #revisionsFor({ boot }: Agent): ReadonlyMap<RunId, number> {
    const revisions = new Map<RunId, number>();
    for (const run of this.#state.runs.values()) if (run.has(boot)) revisions.set(run.plan.run, run.revision);
    return revisions;
  }
  #mayAdd(agent: Agent): boolean {
    return this.#state.mayGrant() && !agent.isCongested && !agent.isEnding;
  }
  /**
   * Removes faults by a drop, which also removes all others; the rest of the desired state is reconciled at the next
   * pulse.
   */
  #onlyRemove(agent: Agent, { faults }: OrderSet): boolean {
    const desired = new Set(faults.map(({ id }) => id));
    const keeps = agent.sent.content !== null && agent.sent.set.faults.every(({ id }) => desired.has(id));
    if (keeps) return false;
    agent.sendText(dropMessage(randomUUID()));
    agent.forgetSent();
    return true;
  }

  /** Empties an agent of every fault, and sends back the faults that other runs desire. */
  drop(agent: Agent, nonce: string = randomUUID()): void {
    agent.sendText(dropMessage(nonce));
    this.afterDrop(agent);
  }
  /** Reconciles after a drop: the agent has emptied the fault table, or is about to. */
  afterDrop(agent: Agent): void {
    agent.forgetSent();
    this.reconcile(agent);
  }

  /** Reports to each run once that this agent holds the run's newest revision. */
  reportApplied(agent: Agent): void {
    if (agent.acknowledged < agent.sent.gen) return;
    for (const [run, revision] of agent.sent.revisions) {
      const registered = this.#state.runs.get(run);
      if (registered === undefined || registered.revision !== revision || revision === 0) continue;
      if (registered.excluded.has(agent.boot) || registered.acknowledged.has(agent.boot)) continue;
      registered.acknowledged.add(agent.boot);
      registered.callbacks.post({ type: "applied", boot: agent.boot, revision });
    }
  }

  /** Closes for good the gates of runs that stand still or are past the deadline: those runs lose all faults. */
  closeExpiredGates(): void {
    const nowMs = this.#state.clock.nowMs();
    for (const run of this.#state.runs.values()) {
      const shut = run.closeReason(nowMs);
      if (shut === null) continue;
      run.closeGate();
      this.#state.invalidate();
      this.reconcileRun(run);
      this.#state.log.warn(`${run.plan.run}: ${shut.reason}`);
      run.callbacks.post({ type: "halted", ...shut, recover: false });
    }
  }
}

/** Room of an order's frame beside the set, bytes. */
const FRAME_BYTES = 1_024;
/** Reason why no agent reads an order with this body; null: agents read it. */
const sizeProblem = (body: string): string | null => {
  const most = LARGEST_ORDER_BYTES - FRAME_BYTES;
  // A character takes at most 3 bytes for each UTF-16 unit.
  if (body.length * 3 <= most) return null;
  const bytes = Buffer.byteLength(body);
  return bytes <= most ? null : `an order of ${(bytes / 2 ** 20).toFixed(1)} MiB; agents take ${SMALLER_ORDER}`;
};

/** Keys of the set as JSON for the frame, without the enclosing braces. */
const bodyOf = (set: OrderSet): string => JSON.stringify(set).slice(1, -1);
