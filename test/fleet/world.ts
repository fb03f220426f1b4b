/**
 * A small world for searching the possible histories of leases: the real `Fleet`, a few real `Agent`s, each with a
 * separate clock, and between them a network controlled by the test. The world derives the allowed faults from the
 * messages that it carried, and compares them with the faults that the agents really apply.
 */
import { Agent } from "../../agent/agent.ts";
import { checkToAgent } from "../../agent/contract/check.ts";
import type { ToAgent, ToServer } from "../../agent/contract/messages.ts";
import type { EdgeFaults } from "../../agent/faults/edge-faults.ts";
import { buildPulse } from "../../agent/session/pulse.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import {
  type AgentBoot,
  asAgentBoot,
  asEdgeId,
  asInstance,
  asRunId,
  type RunId,
} from "../../experiments/model/names.ts";
import type { AgentRef } from "../../experiments/model/plan/agents.ts";
import type { UnstampedEvent } from "../../experiments/model/run/event.ts";
import type { Clock as ServerClock } from "../../server/clock.ts";
import type { Hello } from "../../server/fleet/agent.ts";
import { type AgentConnection, Fleet } from "../../server/fleet/fleet.ts";
import { noLog } from "../../server/log.ts";
import { HandClock } from "../agent/hand-clock.ts";
import { EDGES, served } from "../agent/stage.ts";
import { planOf } from "../server/plans.ts";

const serviceOf = (name: string, address: string) => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints: [{ address, labels: {} }] },
  ...{ ready: { tcp: true } as const, startMs: 1_000, protected: false },
});
const MESH: Mesh = {
  name: "m",
  directory: null,
  services: [serviceOf("a", "127.0.0.1:9"), serviceOf("b", "127.0.0.1:2")],
  edges: [{ id: asEdgeId("a->b"), from: "a", to: "b", listen: "127.0.0.1:1", protocol: "http" }],
};
const PARAMS = { delay: 100, jitter: 0, distribution: "uniform", at: "request" } as const;
const REQUEST = { method: "GET", path: "/", query: "", header: () => undefined };
const LEASE_MS = 5_000;
const PULSE_MS = 1_000;

class MachineClock extends HandClock implements ServerClock {
  wallMs(): number {
    return this.nowMs();
  }
  uptimeMs(): number {
    return this.nowMs();
  }
}

/**
 * A connection, from the hello on. Each direction carries messages in order, with any delay, also after the connection
 * was cut.
 */
interface Connection {
  readonly server: Server;
  readonly toAgent: ToAgent[];
  readonly toServer: ToServer[];
  line: AgentConnection | null;
  /** The agent has seen the end of the connection. `serverLeft`: the server has. */
  agentLeft: boolean;
  serverLeft: boolean;
}
interface Grant {
  readonly epoch: number;
  readonly gen: number;
  readonly untilMs: number;
}

/** Single term of a server. */
class Server {
  readonly clock = new MachineClock();
  readonly epoch: number;
  readonly fleet: Fleet;
  /** Agents that each run was assigned to, and the boots that were graded since the run was reverted. */
  readonly runs = new Map<
    RunId,
    { readonly agents: readonly AgentRef[]; reverted: boolean; readonly graded: Set<string> }
  >();
  leads = true;
  paused = false;
  tickedMs = 0;

  constructor(epoch: number, world: World) {
    this.epoch = epoch;
    const mark = { pid: 1, started: null, machineBoot: null };
    const quiet = { mesh: MESH, onBoot: () => {}, log: noLog, markOf: () => mark, isGone: () => false };
    this.fleet = new Fleet({ ...quiet, clock: this.clock, epoch, mayGrant: () => this.leads });
    this.world = world;
  }
  readonly world: World;

  /** Starts a run over all ready agents. */
  start(endsInMs: number): RunId {
    const run = asRunId(`run-${this.epoch}-${this.runs.size}`);
    this.#enlist(run, endsInMs, this.fleet.ready());
    return run;
  }
  /**
   * Takes over a run of a dead server: the run's faults are never injected again, and every assigned agent is audited.
   */
  adopt(run: RunId, refs: readonly AgentRef[]): void {
    this.#enlist(run, 0, refs);
    this.revert(run, 1);
  }
  #enlist(run: RunId, endsInMs: number, refs: readonly AgentRef[]): void {
    const base = planOf({ run });
    const faults = base.faults.map((fault) => ({ ...fault, action: { kind: "latency", params: PARAMS } as const }));
    this.fleet.register({
      plan: { ...base, faults },
      endsAtMs: this.clock.nowMs() + endsInMs,
      post: (happening) => this.world.posted(this, run, happening),
      // The runner ticks while the server process runs.
      tickedMs: () => (this.paused ? this.tickedMs : this.clock.nowMs()),
      counted: () => {},
      stalled: () => {},
    });
    const agents = refs.map(({ instance, boot }) => ({ instance, boot }));
    this.runs.set(run, { agents, reverted: false, graded: new Set() });
    this.fleet.assign(run, agents);
  }
  revert(run: RunId, revision: number): void {
    this.runs.get(run)!.reverted = true;
    this.fleet.revert(run, revision);
  }
  /** Reverted runs in which an agent has no grade yet. */
  unfinished(): readonly RunId[] {
    return [...this.runs].flatMap(([run, { agents, reverted, graded }]) =>
      reverted && agents.some(({ boot }) => !graded.has(boot)) ? [run] : [],
    );
  }
  pause(): void {
    this.paused = true;
    this.tickedMs = this.clock.nowMs();
  }
}

class Machine {
  readonly clock = new HandClock();
  readonly agent: Agent;
  readonly boot: AgentBoot;
  /** Speed of the machine's clock relative to the server's. */
  readonly rate: number;
  paused = false;
  connection: Connection | null = null;
  session = "";
  pulses = 0;
  /** Time at which each pulse was sent, keyed by session and pulse number. */
  readonly sentAtMs = new Map<string, number>();
  /** Leases granted to the agent: an entry for each apply and renew delivered in the agent's session. */
  grants: Grant[] = [];
  readonly over = new Set<string>();
  readonly endsAtMs = new Map<string, number>();
  /** Runs that were graded clean on this agent: no fault of such a run may act again. */
  readonly clean = new Set<string>();
  #faults!: EdgeFaults;
  #said: ToServer[] = [];

  constructor(index: number, rate: number) {
    this.boot = asAgentBoot(`boot-${index}`);
    this.rate = rate;
    this.agent = new Agent(
      { instance: asInstance(`i-${index}`), version: "0" },
      {
        ...{ clock: this.clock, boot: this.boot, pid: 1, log: () => {} },
        serve: async (_, faults) => {
          this.#faults = faults;
          return served();
        },
        send: (message) => this.#tell(message),
      },
    );
  }
  async begin(): Promise<void> {
    await this.agent.edges.serve(EDGES.slice(0, 1));
    this.clock.wake(PULSE_MS, () => this.#beat());
  }
  #tell(message: ToServer): void {
    if (this.connection !== null) this.connection.toServer.push(structuredClone(message));
    this.#said.push(message);
  }
  connect(server: Server): void {
    const connection: Connection = {
      ...{ server, toAgent: [], toServer: [], line: null, agentLeft: false, serverLeft: false },
    };
    this.connection = connection;
    this.#tell(this.agent.hello());
  }
  cut(): void {
    if (this.connection === null) return;
    this.connection.agentLeft = true;
    this.connection = null;
    this.session = "";
    this.agent.enterSession(null, 0);
  }
  #beat(): void {
    this.clock.wake(this.clock.nowMs() + PULSE_MS, () => this.#beat());
    if (this.session !== "") this.#pulse();
  }
  #pulse(): void {
    const n = ++this.pulses;
    const pulse = buildPulse(this.agent, { session: this.session, n, isWhole: n === 1 }, this.clock.nowMs());
    this.sentAtMs.set(`${this.session}/${n}`, this.clock.nowMs());
    this.agent.lease.sending(n);
    this.#tell(pulse);
  }

  /** Handles a message as the agent's session would. Returns the messages that the agent answered. */
  hear(message: ToAgent): readonly ToServer[] {
    this.#said = [];
    if (message.type === "welcome") {
      this.session = message.session;
      this.agent.enterSession(message.session, message.epoch);
      this.pulses = 0;
      const edges = this.agent.edges.listening();
      this.#tell({ type: "serving", session: this.session, edges, failed: [] });
      this.#pulse();
      return this.#said;
    }
    this.#note(message);
    const answers = this.agent.handleMessage(checkToAgent(JSON.parse(JSON.stringify(message))));
    for (const answer of answers) this.#tell(answer);
    const [first] = answers;
    if (message.type === "apply" && first?.type === "applied")
      for (const { id, notAfterMs } of message.faults) {
        const endsAtMs = this.sentAtMs.get(`${message.session}/${message.basis}`)! + notAfterMs;
        this.endsAtMs.set(id, Math.min(endsAtMs, this.endsAtMs.get(id) ?? Number.POSITIVE_INFINITY));
      }
    return answers;
  }
  /** Records the largest grant that this message can make, derived from the rules of the protocol alone. */
  #note(message: ToAgent): void {
    this.expire();
    if ((message.type !== "apply" && message.type !== "renew") || message.session !== this.session) return;
    const sentAtMs = this.sentAtMs.get(`${message.session}/${message.basis}`);
    if (sentAtMs === undefined || sentAtMs + LEASE_MS <= this.clock.nowMs()) return;
    const { epoch, gen } = message;
    if (!this.over.has(`${epoch}.${gen}`)) this.grants.push({ epoch, gen, untilMs: sentAtMs + LEASE_MS });
  }
  /** Drops expired grants. An order whose every grant has expired is over for good. */
  expire(): void {
    const nowMs = this.clock.nowMs();
    const live = new Set(
      this.grants.filter(({ untilMs }) => untilMs > nowMs).map(({ epoch, gen }) => `${epoch}.${gen}`),
    );
    for (const { epoch, gen } of this.grants) if (!live.has(`${epoch}.${gen}`)) this.over.add(`${epoch}.${gen}`);
    this.grants = this.grants.filter(({ epoch, gen }) => live.has(`${epoch}.${gen}`));
  }

  /** Ids of the faults that would act on a request arriving at this moment. */
  acting(): readonly string[] {
    const subject = { connection: {}, endpoint: null, request: REQUEST };
    const admissions = this.#faults.admit(this.#faults.exchangeFaults, subject, this.clock.nowMs());
    for (const admission of admissions) admission.over();
    return admissions.map(({ fault }) => fault.order.id);
  }
}

export type Broken = string;

export class World {
  readonly machines: readonly Machine[];
  server: Server;
  /** Former terms: their messages are still in flight, and a server that was only frozen may wake up. */
  readonly former: Server[] = [];
  readonly connections: { readonly machine: Machine; readonly connection: Connection }[] = [];
  readonly broken: Broken[] = [];
  readonly grades = { attested: 0, inferred: 0, witnessed: 0, unknown: 0 };
  acted = 0;

  readonly #wild: boolean;

  /** `rates`: speeds of the agents' clocks. `wild`: messages of a connection overtake each other. */
  constructor(rates: readonly number[], wild: boolean) {
    this.#wild = wild;
    this.machines = rates.map((rate, index) => new Machine(index, rate));
    this.server = new Server(1, this);
  }
  async begin(): Promise<void> {
    for (const machine of this.machines) await machine.begin();
  }

  posted(server: Server, run: RunId, happening: UnstampedEvent): void {
    if (happening.type !== "graded") return;
    this.grades[happening.grade]++;
    server.runs.get(run)!.graded.add(happening.boot);
    // An attestation proves cleanness only where earlier messages cannot arrive later: a WebSocket keeps the order.
    if (happening.grade !== "unknown" && !this.#wild)
      this.machines.find(({ boot }) => boot === happening.boot)!.clean.add(run);
  }

  connect(machine: Machine): void {
    if (machine.connection !== null || machine.paused) return;
    machine.connect(this.server);
    this.connections.push({ machine, connection: machine.connection! });
  }
  /**
   * Delivers a message of the direction: the oldest; or, if `wild`, any, which may be delivered a second time later.
   */
  deliver(which: number, direction: "toAgent" | "toServer", wild = false): void {
    const full = this.connections.filter(({ connection }) => connection[direction].length > 0);
    const picked = full[which % full.length];
    if (picked === undefined) return;
    const { machine, connection } = picked;
    const waiting: (ToAgent | ToServer)[] = connection[direction];
    const [message] = waiting.splice(wild ? which % waiting.length : 0, 1);
    if (wild && which % 4 === 0) waiting.push(message!);
    if (direction === "toServer") this.#toServer(machine, connection, message as ToServer);
    else this.#toAgent(machine, connection, message as ToAgent);
  }
  #toServer(machine: Machine, connection: Connection, message: ToServer): void {
    const { server } = connection;
    if (server.paused || connection.serverLeft) return;
    if (connection.line === null && message.type === "hello") {
      const socket = {
        send: (text: string) => this.#sent(server, connection, JSON.parse(text) as ToAgent),
        close: () => {
          connection.serverLeft = true;
        },
        bufferedBytes: () => 0,
      };
      connection.line = server.fleet.connect(socket, message as Hello);
      return;
    }
    connection.line?.receive(message);
    if (connection.agentLeft && connection.toServer.length === 0) this.#seeEnd(connection);
    this.look(machine);
  }
  #seeEnd(connection: Connection): void {
    connection.serverLeft = true;
    connection.line?.closed();
  }
  /** Messages that add or prolong a fault leave a server only while that server leads. */
  #sent(server: Server, connection: Connection, message: ToAgent): void {
    const grants = message.type === "renew" || (message.type === "apply" && message.faults.length > 0);
    if (grants && !server.leads) this.broken.push(`epoch ${server.epoch} granted without leading: ${message.type}`);
    connection.toAgent.push(message);
  }
  #toAgent(machine: Machine, connection: Connection, message: ToAgent): void {
    // A stopped process reads no messages; those in the buffers wait.
    if (machine.paused) return void connection.toAgent.unshift(message);
    // Late bytes of an abandoned connection: a real session never reads such bytes, but the agent must tolerate them.
    const answers = machine.hear(message);
    const empties = message.type === "drop" || (message.type === "apply" && message.faults.length === 0);
    if (empties && (message.type === "drop" || message.session === machine.session)) {
      if (machine.acting().length > 0) this.broken.push(`invariant 7: ${message.type} left something on`);
      if (!answers.some(({ type }) => type === "attest")) this.broken.push("invariant 7: it was not attested");
    }
    this.look(machine);
  }

  advance(ms: number): void {
    for (const server of [this.server, ...this.former]) {
      if (server.paused) server.clock.stall(ms);
      else server.clock.advance(ms);
    }
    for (const machine of this.machines) {
      const ownMs = ms * machine.rate;
      if (machine.paused) machine.clock.stall(ownMs);
      else machine.clock.advance(ownMs);
      this.look(machine);
    }
  }
  /** Ends the leading server, by a kill or by a freeze that lasts too long: the next server leads. */
  takeOver(frozen: boolean): void {
    const old = this.server;
    old.leads = false;
    if (frozen) old.pause();
    this.former.push(old);
    this.server = new Server(old.epoch + 1, this);
    this.server.clock.stall(old.clock.nowMs());
    for (const [run, { agents, graded }] of old.runs)
      if (agents.some(({ boot }) => !graded.has(boot))) this.server.adopt(run, agents);
  }

  /** Checks the faults that act at this moment against all grants ever delivered. */
  look(machine: Machine): void {
    machine.expire();
    const ids = machine.acting();
    if (ids.length === 0) return;
    this.acted++;
    const nowMs = machine.clock.nowMs();
    const { epoch, gen } = machine.agent.table.mark;
    const mark = `${epoch}.${gen}`;
    const granted = machine.grants.some((grant) => grant.epoch === epoch && grant.gen === gen && grant.untilMs > nowMs);
    if (!granted) this.broken.push(`invariants 1, 2: ${ids} act at ${nowMs} without a grant of ${mark}`);
    if (machine.over.has(mark)) this.broken.push(`invariant 3: ${mark} is over and acts again`);
    for (const id of ids) {
      const endMs = machine.endsAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
      if (nowMs >= endMs) this.broken.push(`invariant 6: ${id} acts at ${nowMs}, past its end ${endMs}`);
      const [run] = id.split("/");
      if (machine.clean.has(run!)) this.broken.push(`${id} acts although its run was found clean here`);
    }
  }
}
