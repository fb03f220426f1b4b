/** What agents are sent: the whole set when it changed, else one more lease, and nothing of a run whose gate is closed. */
import { randomUUID } from "node:crypto";
import type { RunId } from "../../experiments/model/names.ts";
import type { Agent } from "./agent.ts";
import type { Books } from "./books.ts";
import type { Enlisted } from "./enlisted.ts";
import { contentOf, type OrderSet, wishFor } from "./wish.ts";

/** The one encoding of a drop, which all versions understand. Written once for however many agents hear it. */
export const dropText = (nonce: string): string => JSON.stringify({ type: "drop", nonce });

export class Dispatch {
  readonly #books: Books;
  #gen = 0;

  constructor(books: Books) {
    this.#books = books;
  }

  /** To a pulse. */
  answer(agent: Agent): void {
    this.closeGates();
    const { edition, epoch } = this.#books;
    if (agent.sent.edition !== edition && this.bring(agent)) return;
    if (agent.sent.set.faults.length > 0 && this.#mayAdd(agent)) agent.renew(epoch);
  }

  /** Brings the agent to desired(now); false when it was sent just that already, or may not or cannot be told. */
  bring(agent: Agent): boolean {
    if (agent.link === null || agent.pulse === null || agent.isForeign) return false;
    const { edition, epoch, clock, runs } = this.#books;
    const set = wishFor(runs.values(), agent, clock.nowMs());
    const revisions = this.#revisionsFor(agent);
    const content = contentOf(set);
    if (content === agent.sent.content) {
      agent.sent = { ...agent.sent, edition, revisions };
      this.tell(agent);
      return false;
    }
    // Even an order that only takes one fault away grants the others a new lease.
    if (set.faults.length > 0 && !this.#mayAdd(agent)) return this.#onlyRemove(agent, set);
    agent.order({ gen: ++this.#gen, edition, content, set, revisions, epoch, body: bodyOf(set) });
    this.tell(agent);
    return true;
  }
  bringAll(run: Enlisted): void {
    for (const agent of this.#books.agentsOf(run)) this.bring(agent);
  }
  #revisionsFor({ boot }: Agent): ReadonlyMap<RunId, number> {
    const revisions = new Map<RunId, number>();
    for (const run of this.#books.runs.values()) if (run.has(boot)) revisions.set(run.plan.run, run.revision);
    return revisions;
  }
  #mayAdd(agent: Agent): boolean {
    return this.#books.mayGrant() && !agent.isCongested;
  }
  /** What must go goes with a drop, and all else with it; what is wished beyond that is looked at again at the next pulse. */
  #onlyRemove(agent: Agent, { faults }: OrderSet): boolean {
    const wished = new Set(faults.map(({ id }) => id));
    const keeps = agent.sent.content !== null && agent.sent.set.faults.every(({ id }) => wished.has(id));
    if (keeps) return false;
    agent.sayText(dropText(randomUUID()));
    agent.forget();
    return true;
  }

  /** Empties an agent, whatever it holds, and gives back what other runs wish. */
  drop(agent: Agent, nonce: string = randomUUID()): void {
    agent.sayText(dropText(nonce));
    this.dropped(agent);
  }
  /** The agent has emptied its table, or is about to. */
  dropped(agent: Agent): void {
    agent.forget();
    this.bring(agent);
  }

  /** Tells each run once that this agent holds the run's newest revision. */
  tell(agent: Agent): void {
    if (agent.acknowledged < agent.sent.gen) return;
    for (const [run, revision] of agent.sent.revisions) {
      const enlisted = this.#books.runs.get(run);
      if (enlisted === undefined || enlisted.revision !== revision || revision === 0) continue;
      if (enlisted.fallen.has(agent.boot) || enlisted.told.has(agent.boot)) continue;
      enlisted.told.add(agent.boot);
      enlisted.voice.post({ type: "applied", boot: agent.boot, revision });
    }
  }

  /** Runs that stand still, or are past their deadline, lose their faults for good. */
  closeGates(): void {
    const nowMs = this.#books.clock.nowMs();
    for (const run of this.#books.runs.values()) {
      const shut = run.shouldClose(nowMs);
      if (shut === null) continue;
      run.closeGate();
      this.#books.changed();
      this.bringAll(run);
      this.#books.log.warn(`${run.plan.run}: ${shut.reason}`);
      run.voice.post({ type: "halted", ...shut, recover: false });
    }
  }
}

/** The keys of the set as they stand in the frame, without the braces around them. */
const bodyOf = (set: OrderSet): string => JSON.stringify(set).slice(1, -1);
