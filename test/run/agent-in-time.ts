/**
 * Simulated agent: the agent's side of the lease protocol in fake time, without sockets or traffic. The agent applies,
 * refuses, drops and attests fault sets as SAFETY.md 1 says, and records every set that it applied, so that a test can
 * look for a set that must never be applied.
 */
import {
  CONTRACT_VERSION,
  type EdgeOrder,
  type FaultOrder,
  type ToAgent,
  type ToServer,
} from "../../agent/contract/index.ts";
import type { Receipt } from "../../experiments/model/evidence/receipt.ts";
import { type AgentBoot, asAgentBoot, type Instance } from "../../experiments/model/names.ts";
import type { Clock } from "../../server/clock.ts";
import type { AgentConnection, Fleet } from "../../server/fleet/fleet.ts";

export interface Taken {
  readonly atMs: number;
  readonly epoch: number;
  readonly faults: readonly FaultOrder[];
}
export interface AgentOptions {
  readonly service?: string | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly boot?: AgentBoot;
  /** Transit time of each message, ms. */
  readonly delayMs?: () => number;
  /** Number of wounded streams that the agent reports. */
  wounded?: number;
  /** False: the agent ignores the desired state. Default: the agent applies every fault set. */
  applies?: boolean;
}
const PULSE_MS = 1_000;

export class AgentInTime {
  readonly instance: Instance;
  readonly boot: AgentBoot;
  readonly options: AgentOptions;
  readonly taken: Taken[] = [];
  readonly #clock: Clock;
  faults: readonly FaultOrder[] = [];
  #expiryMs = 0;
  #mark = { epoch: 0, gen: 0 };
  /** Send time of each pulse, by number; pulses are counted from 1. */
  #sentAtMs: number[] = [Number.NEGATIVE_INFINITY];
  #session = "";
  #line: AgentConnection | null = null;
  #fleet: Fleet | null = null;
  /** Counts connections: a message that belongs to an earlier connection is ignored. */
  #connection = 0;
  readonly #last = { in: 0, out: 0 };
  #receipts = new Map<string, Receipt>();
  #countedMs = 0;

  constructor(clock: Clock, instance: Instance, options: AgentOptions = {}) {
    this.#clock = clock;
    this.instance = instance;
    this.boot = options.boot ?? asAgentBoot(`boot of ${instance}`);
    this.options = options;
  }
  /** Faults that the agent applies to traffic at this moment. */
  get live(): readonly FaultOrder[] {
    return this.#clock.nowMs() < this.#expiryMs ? this.faults : [];
  }
  get isConnected(): boolean {
    return this.#line !== null;
  }

  connect(fleet: Fleet): void {
    this.cut();
    const mine = ++this.#connection;
    this.#fleet = fleet;
    this.#sentAtMs = [Number.NEGATIVE_INFINITY];
    const { service = null, labels = {} } = this.options;
    const table = { ...this.#mark, ids: this.live.map(({ id }) => id) };
    const socket = {
      send: (text: string) => this.#deliver("in", mine, () => this.#hear(JSON.parse(text) as ToAgent)),
      close: () => {
        if (mine === this.#connection) this.#line = null;
      },
      bufferedBytes: () => 0,
    };
    const line = fleet.connect(socket, {
      ...{ type: "hello", v: CONTRACT_VERSION, version: "0", cluster: "c", instance: this.instance, boot: this.boot },
      ...{ pid: 4_000_000, service, labels, offers: [], process: null, predecessor: null, seen: this.#mark, table },
    });
    if (mine === this.#connection) this.#line = line;
    this.#beat(mine);
  }
  /** Cuts the connection without a goodbye message. */
  cut(): void {
    this.#line?.closed();
    this.#line = null;
    this.#connection++;
  }
  get fleet(): Fleet | null {
    return this.#line === null ? null : this.#fleet;
  }

  /** Delivers a message after the transit time. Messages of the same direction never overtake each other. */
  #deliver(way: "in" | "out", connection: number, work: () => void): void {
    const nowMs = this.#clock.nowMs();
    const atMs = Math.max(this.#last[way], nowMs + (this.options.delayMs?.() ?? 0));
    this.#last[way] = atMs;
    this.#clock.wake(atMs, () => {
      if (connection === this.#connection) work();
    });
  }
  #say(message: ToServer): void {
    this.#deliver("out", this.#connection, () => this.#line?.receive(message));
  }
  #beat(connection: number): void {
    if (connection !== this.#connection) return;
    if (this.#session !== "") this.#pulse();
    this.#clock.wake(this.#clock.nowMs() + PULSE_MS, () => this.#beat(connection));
  }
  #pulse(): void {
    this.#count();
    const n = this.#sentAtMs.push(this.#clock.nowMs()) - 1;
    const told = { remains: this.#remains(), receipts: [...this.#receipts.values()], watches: [], edges: [] };
    this.#say({ type: "pulse", session: this.#session, n, table: this.#mark, ...told });
  }
  #remains() {
    return { live: this.live.length, held: 0, wounded: this.options.wounded ?? 0, external: 0 };
  }

  readonly #on: { readonly [T in ToAgent["type"]]: (message: Extract<ToAgent, { type: T }>) => void } = {
    welcome: ({ session, edges }) => {
      this.#session = session;
      this.#serve(edges ?? []);
      this.#pulse();
    },
    edges: ({ edges }) => this.#serve(edges),
    apply: (order) => this.#apply(order),
    renew: (order) => this.#renew(order),
    noted: () => {},
    drop: ({ nonce }) => {
      this.#empty();
      this.#attest(nonce);
    },
  };
  #serve(edges: readonly EdgeOrder[]): void {
    const serving = edges.map(({ id, listen }) => ({ id, listen }));
    this.#say({ type: "serving", session: this.#session, edges: serving, failed: [] });
  }
  #hear(message: ToAgent): void {
    (this.#on[message.type] as (message: ToAgent) => void)(message);
  }
  #empty(): void {
    this.#count();
    this.faults = [];
    this.#expiryMs = 0;
  }
  #attest(nonce: string): void {
    const told = { remains: this.#remains(), receipts: [...this.#receipts.values()], watches: [] };
    this.#say({ type: "attest", nonce, boot: this.boot, ...this.#mark, ...told });
  }
  #refuse({ session, epoch, gen }: { session: string; epoch: number; gen: number }, why: "stale" | "fenced"): void {
    this.#say({ type: "refused", session, epoch, gen, why, detail: why, seen: this.#mark });
  }
  #apply(order: Extract<ToAgent, { type: "apply" }>): void {
    const { session, epoch, gen, basis, leaseMs, faults } = order;
    if (session !== this.#session || this.options.applies === false) return;
    const expiryMs = (this.#sentAtMs[basis] ?? Number.NEGATIVE_INFINITY) + leaseMs;
    const isNewer = epoch > this.#mark.epoch || gen > this.#mark.gen;
    if (faults.length === 0) this.#emptied(order);
    else if (epoch < this.#mark.epoch) this.#refuse(order, "fenced");
    else if (!isNewer || expiryMs <= this.#clock.nowMs()) this.#refuse(order, "stale");
    else this.#take(order, expiryMs);
  }
  #take({ session, epoch, gen, faults }: Extract<ToAgent, { type: "apply" }>, expiryMs: number): void {
    this.#count();
    this.#mark = { epoch, gen };
    this.faults = faults;
    this.#expiryMs = expiryMs;
    this.taken.push({ atMs: this.#clock.nowMs(), epoch, faults });
    for (const fault of faults) this.#receipts.set(fault.id, this.#receipts.get(fault.id) ?? empty(fault));
    this.#say({ type: "applied", session, epoch, gen });
  }
  #emptied({ epoch, gen }: { epoch: number; gen: number }): void {
    this.#empty();
    this.#mark = { epoch: Math.max(epoch, this.#mark.epoch), gen };
    this.#attest("");
  }
  #renew({ session, epoch, gen, basis, leaseMs }: Extract<ToAgent, { type: "renew" }>): void {
    if (session !== this.#session || epoch !== this.#mark.epoch || gen !== this.#mark.gen) return;
    if (this.live.length > 0) this.#expiryMs = Math.max(this.#expiryMs, (this.#sentAtMs[basis] ?? 0) + leaseMs);
  }
  /** Counts 40 exchanges a second on each edge; the fault hits all of them. */
  #count(): void {
    const nowMs = this.#clock.nowMs();
    const fromMs = this.#countedMs;
    this.#countedMs = nowMs;
    const untilMs = Math.min(nowMs, this.#expiryMs);
    for (const { id } of this.faults) {
      const receipt = this.#receipts.get(id)!;
      const liveMs = receipt.liveMs + Math.max(0, untilMs - fromMs);
      const hits = Math.floor(liveMs / 25);
      const ordinals = Array.from({ length: Math.min(hits, 1_000) }, (_, i) => i + 1);
      this.#receipts.set(id, { ...receipt, liveMs, ordinals, seen: hits, matched: hits, injected: hits });
    }
  }
}
const empty = ({ id, name, edge }: FaultOrder): Receipt => ({
  ...{ id, fault: name, edge, unit: "exchange" },
  ...{ seen: 0, matched: 0, injected: 0, spared: 0, capped: 0, untouched: 0, liveMs: 0, ordinals: [] },
});
