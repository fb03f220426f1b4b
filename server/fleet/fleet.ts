/** The agents a server knows, and the runs that wish something of them. */
import { randomUUID } from "node:crypto";
import { CONTRACT_VERSION, type EdgeOrder, LEASE_MS, type ToServer, type Watch } from "../../agent/contract/index.ts";
import type { Boot, FaultName, RunId } from "../../experiments/model/names.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import { Agent, type AgentSocket, type Hello } from "./agent.ts";
import { Audit } from "./audit.ts";
import { Dispatch } from "./dispatch.ts";
import { Enlisted, type RunVoice } from "./enlisted.ts";
import { Hearing } from "./hearing.ts";
import { isGone, markOf, type ProcessMark } from "./processes.ts";
import { type EdgeCounts, edgeCounts } from "./traffic.ts";

export interface FleetConfig {
  readonly clock: Clock;
  /** Of this start of the server: agents refuse the orders of an earlier one. */
  readonly epoch: number;
  readonly edges: readonly EdgeOrder[];
  /** A process said hello for the first time. */
  readonly onBoot: (agent: Agent) => void;
  readonly log: (line: string) => void;
  readonly markOf?: (pid: number) => ProcessMark;
  readonly isGone?: (mark: ProcessMark) => boolean;
}
/** One connection, once it has said hello. */
export interface AgentLine {
  heard(message: ToServer): void;
  closed(): void;
}
const LOOK_MS = 250;

export class Fleet {
  /** Exchanges per edge, as the agents tell them. */
  readonly traffic: EdgeCounts;
  readonly #config: FleetConfig;
  readonly #agents = new Map<Boot, Agent>();
  readonly #runs = new Map<RunId, Enlisted>();
  readonly #dispatch: Dispatch;
  readonly #hearing: Hearing;
  readonly #looking: Alarm;

  constructor(config: FleetConfig) {
    const { clock, epoch, log } = config;
    this.#config = config;
    this.traffic = edgeCounts(clock);
    const books = { clock, epoch, log, agents: this.#agents, runs: this.#runs };
    this.#dispatch = new Dispatch(books);
    this.#hearing = new Hearing(books, this.#dispatch, this.traffic);
    this.#looking = every(clock, LOOK_MS, () => this.#look());
  }
  close(): void {
    this.#looking.cancel();
    for (const { link } of this.#agents.values()) link?.socket.close(1001, "the server is closing");
  }

  // -- agents ----------------------------------------------------------------------------------------------------------

  /** A connection that has said hello; null: it was refused. */
  connect(socket: AgentSocket, hello: Hello): AgentLine | null {
    if (hello.v !== CONTRACT_VERSION) {
      socket.close(4000, `this server speaks version ${CONTRACT_VERSION} of the contract, the agent ${hello.v}`);
      return null;
    }
    const { epoch, edges } = this.#config;
    const agent = this.#known(hello);
    const session = randomUUID();
    agent.welcome(socket, session, hello.table.ids.length);
    agent.say({ type: "welcome", session, epoch, leaseMs: LEASE_MS, edges });
    // What it still holds from another server is nobody's wish here.
    const isOurs = [...this.#runs.values()].some((run) => run.has(agent.boot));
    if (hello.table.ids.length > 0 && !isOurs) this.#dispatch.drop(agent);
    const isCurrent = () => agent.link?.session === session;
    return {
      heard: (message) => {
        if (isCurrent()) this.#hearing.hear(agent, message);
      },
      closed: () => {
        if (isCurrent()) agent.link = null;
      },
    };
  }
  #known(hello: Hello): Agent {
    const known = this.#agents.get(hello.boot);
    if (known !== undefined) return known;
    const agent = new Agent(hello, (this.#config.markOf ?? markOf)(hello.pid), this.#config.clock.nowMs());
    this.#agents.set(agent.boot, agent);
    this.#config.onBoot(agent);
    return agent;
  }
  agents(): Agent[] {
    return [...this.#agents.values()];
  }
  /** Connected agents that have pulsed, so that an order can be based on something. */
  ready(): Agent[] {
    return this.agents().filter(({ link, pulse, exited }) => link !== null && pulse !== null && !exited);
  }
  /** The newest generation sent to an agent. */
  sentGen(boot: Boot): number {
    return this.#agents.get(boot)?.sent.gen ?? 0;
  }
  /** Its parent saw this process end: whatever it did to traffic is over. */
  agentExited(pid: number): void {
    for (const agent of this.agents()) if (agent.pid === pid) this.#ended(agent);
  }
  #ended(agent: Agent): void {
    if (agent.exited) return;
    agent.exited = true;
    this.#hearing.lose(agent, "exited");
    this.#audit();
  }

  // -- runs ------------------------------------------------------------------------------------------------------------

  enlist(voice: RunVoice): void {
    this.#runs.set(voice.plan.run, new Enlisted(voice));
  }
  /** The agents that the run's journal names: no other is ever sent a fault of it. */
  assign(id: RunId, boots: readonly Boot[]): void {
    this.#with(id, (run) => {
      run.boots = boots;
    });
  }
  /** The run's agents that can still tell something. */
  speaking(id: RunId): Boot[] {
    const run = this.#runs.get(id);
    if (run === undefined) return [];
    const agents = this.#dispatch.agentsOf(run).filter(({ link, exited }) => link !== null && !exited);
    return agents.map(({ boot }) => boot);
  }
  wish(id: RunId, revision: number, faults: readonly FaultName[]): void {
    this.#with(id, (run) => {
      run.wish(revision, faults);
      this.#dispatch.bringAll(run);
    });
  }
  watch(id: RunId, watches: readonly Watch[]): void {
    this.#with(id, (run) => {
      run.watches = watches;
      this.#dispatch.bringAll(run);
    });
  }
  /** Nothing of this run may be held from here on. Ahead of every queue; `revert` then asks for proof. */
  withdraw(id: RunId): void {
    this.#with(id, (run) => {
      if (run.faults.length === 0) return;
      run.closeGate();
      for (const agent of this.#dispatch.agentsOf(run)) this.#dispatch.drop(agent);
    });
  }
  /** Takes everything of this run away, now. Needs no journal and no runner; asks until every agent is graded. */
  revert(id: RunId, revision: number): void {
    this.#with(id, (run) => {
      run.closeGate();
      run.audit = new Audit(
        this.#dispatch.agentsOf(run),
        this.#config.clock.nowMs(),
        (boot, grade, detail) => run.voice.post({ type: "graded", boot, revision, grade, detail }),
        (agent) => this.#dispatch.dropped(agent),
      );
    });
  }
  leave(id: RunId): void {
    this.#with(id, (run) => {
      this.#runs.delete(id);
      this.#dispatch.bringAll(run);
    });
  }
  #with(id: RunId, work: (run: Enlisted) => void): void {
    const run = this.#runs.get(id);
    if (run !== undefined) work(run);
  }

  // -- four times a second ---------------------------------------------------------------------------------------------

  #look(): void {
    this.#dispatch.closeGates();
    const nowMs = this.#config.clock.nowMs();
    const hasEnded = this.#config.isGone ?? isGone;
    for (const agent of this.#agents.values()) {
      if (agent.exited) continue;
      if (agent.link === null && hasEnded(agent.mark)) this.#ended(agent);
      else if (nowMs - agent.heardMs > LEASE_MS) this.#hearing.lose(agent, "silent");
    }
    this.#audit();
  }
  #audit(): void {
    for (const { audit } of this.#runs.values()) audit?.tick(this.#config.clock.nowMs());
  }
}
