/** What agents are sent: the whole set when it changed, else one more lease, and nothing of a run whose gate is closed. */
import { randomUUID } from "node:crypto";
import type { Agent } from "./agent.ts";
import type { Books } from "./books.ts";
import type { Enlisted } from "./enlisted.ts";
import { contentOf, wishFor } from "./wish.ts";

export class Dispatch {
  readonly #books: Books;
  #gen = 0;

  constructor(books: Books) {
    this.#books = books;
  }

  /** To a pulse. */
  answer(agent: Agent): void {
    this.closeGates();
    if (this.bring(agent)) return;
    const { faults, watches } = agent.sent.set;
    if (faults.length + watches.length > 0) agent.renew(this.#books.epoch);
  }

  /** Brings the agent to desired(now); false when it was sent just that already, or cannot be reached. */
  bring(agent: Agent): boolean {
    if (agent.link === null || agent.pulse === null) return false;
    const runs = [...this.#books.runs.values()];
    const set = wishFor(runs, agent.boot, this.#books.clock.nowMs());
    const changed = contentOf(set) !== agent.sent.content;
    const mine = runs.filter((run) => run.has(agent.boot));
    const revisions = new Map(mine.map(({ plan, revision }) => [plan.run, revision]));
    if (changed) agent.order(set, ++this.#gen, this.#books.epoch, revisions);
    else agent.sent = { ...agent.sent, revisions };
    this.tell(agent);
    return changed;
  }
  bringAll(run: Enlisted): void {
    for (const agent of this.agentsOf(run)) this.bring(agent);
  }
  agentsOf({ boots }: Enlisted): Agent[] {
    return boots.map((boot) => this.#books.agents.get(boot)).filter((agent) => agent !== undefined);
  }

  /** Empties an agent, whatever it holds, and gives back what other runs wish. */
  drop(agent: Agent): void {
    agent.say({ type: "drop", nonce: randomUUID() });
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
      this.bringAll(run);
      this.#books.log(`${run.plan.run}: ${shut.reason}`);
      run.voice.post({ type: "halted", ...shut, recover: false });
    }
  }
}
