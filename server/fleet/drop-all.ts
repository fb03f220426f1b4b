/** Drop-all: empties every agent at once and waits for the attestations. Halt-all does this before anything else. */
import { randomUUID } from "node:crypto";
import type { Remains } from "../../agent/contract/index.ts";
import type { AgentBoot } from "../../experiments/model/names.ts";
import type { Alarm } from "../clock.ts";
import type { Agent } from "./agent.ts";
import type { FleetState } from "./fleet-state.ts";
import { dropMessage } from "./reconciler.ts";
import { isClean } from "./residue-audit.ts";

/**
 * Result of a drop-all: how many agents attested an empty fault table, and which connected agents did not in time,
 * being silent or still holding faults.
 */
export interface DropAllResult {
  readonly asked: number;
  readonly attested: number;
  readonly missing: readonly AgentBoot[];
  readonly tookMs: number;
}
/** Retry interval for an agent that was not clean: held bytes leave within a few event-loop turns. */
const ASK_AGAIN_MS = 100;
/**
 * Retry interval for silent agents. Longer: with thousands of agents, every answer still in flight would be asked for
 * twice.
 */
const ASK_SILENT_MS = 1_000;

export class DropAll {
  readonly done: Promise<DropAllResult>;
  readonly #state: FleetState;
  readonly #open: Map<AgentBoot, Agent>;
  /** Nonce shared by all agents: an answer carries the agent's boot, and comes over that agent's own connection. */
  readonly #nonce = randomUUID();
  readonly #begunMs: number;
  readonly #asked: number;
  #finish!: (result: DropAllResult) => void;
  readonly #unclean = new Set<Agent>();
  #alarms: Alarm[];
  #looks = 0;

  constructor(state: FleetState, withinMs: number) {
    this.#state = state;
    const { clock, agents } = state;
    this.#begunMs = clock.nowMs();
    const linked = [...agents.values()].filter(({ link }) => link !== null);
    const text = dropMessage(this.#nonce);
    // Send before any counting or allocation for the answers: the operator waits for these sends.
    for (const agent of linked) agent.sendText(text);
    for (const agent of linked) agent.forgetSent();
    state.invalidate();
    this.#open = new Map(linked.map((agent) => [agent.boot, agent]));
    this.#asked = linked.length;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#alarms = [clock.wake(this.#begunMs + withinMs, () => this.#end())];
    this.#askAgain();
    if (this.#open.size === 0) this.#end();
  }

  attested(boot: AgentBoot, nonce: string, remains: Remains): void {
    const agent = nonce === this.#nonce ? this.#open.get(boot) : undefined;
    if (agent === undefined) return;
    if (!isClean(remains)) {
      this.#unclean.add(agent);
      return;
    }
    this.#unclean.delete(agent);
    this.#open.delete(boot);
    if (this.#open.size === 0) this.#end();
  }
  #askAgain(): void {
    const { clock } = this.#state;
    this.#alarms[1] = clock.wake(clock.nowMs() + ASK_AGAIN_MS, () => {
      const everybody = ++this.#looks % (ASK_SILENT_MS / ASK_AGAIN_MS) === 0;
      for (const agent of everybody ? this.#open.values() : this.#unclean) agent.sendText(dropMessage(this.#nonce));
      this.#askAgain();
    });
  }
  #end(): void {
    for (const alarm of this.#alarms) alarm.cancel();
    const missing = [...this.#open.keys()];
    const tookMs = this.#state.clock.nowMs() - this.#begunMs;
    this.#finish({ asked: this.#asked, attested: this.#asked - missing.length, missing, tookMs });
  }
}
