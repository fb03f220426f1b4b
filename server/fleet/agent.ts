/** One agent process as the server knows it, from its first hello on; it outlives its connections. */
import type { Remains, TableMark, ToAgent, ToServer } from "../../agent/contract/index.ts";
import { LEASE_MS } from "../../agent/contract/index.ts";
import type { Boot, FaultId, Instance, RunId } from "../../experiments/model/names.ts";
import type { ProcessMark } from "./processes.ts";
import { contentOf, NOTHING, type OrderSet } from "./wish.ts";

/** The socket, as far as the fleet needs one. */
export interface AgentSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
}
export type Hello = Extract<ToServer, { type: "hello" }>;

/** Clocks of two machines drift by less than 1% (SAFETY.md 3). */
const DRIFT = 1.01;
const SLACK_MS = 250;
/** A grant for `leaseMs` from a time that the server knows only as "before": how long until it is surely over. */
export const surelyOverMs = (leaseMs: number): number => leaseMs * DRIFT + SLACK_MS;

interface Sent {
  readonly gen: number;
  readonly content: string;
  readonly set: OrderSet;
  /** Revision of each run that this order honours. */
  readonly revisions: ReadonlyMap<RunId, number>;
}
/** Equals no content: whatever is wished has to be sent. */
const UNKNOWN = "";
const NEVER: Sent = { gen: 0, content: contentOf(NOTHING), set: NOTHING, revisions: new Map() };

export class Agent {
  readonly boot: Boot;
  readonly instance: Instance;
  readonly pid: number;
  readonly version: string;
  readonly mark: ProcessMark;
  link: { readonly socket: AgentSocket; readonly session: string } | null = null;
  /** The last pulse of this connection: the basis of every grant. */
  pulse: { readonly n: number; readonly atMs: number; readonly table: TableMark; readonly remains: Remains } | null =
    null;
  /** Server clock: when it was last heard of, over any connection. */
  heardMs: number;
  /** Its process is known to have ended. */
  exited = false;
  sent: Sent = NEVER;
  /** The newest generation that it said it holds. */
  acknowledged = 0;
  /** Server clock: receipt of the last pulse that a grant of faults echoed; null: none was ever granted. */
  #grantedMs: number | null = null;

  constructor(hello: Hello, mark: ProcessMark, nowMs: number) {
    this.boot = hello.boot;
    this.instance = hello.instance;
    this.pid = hello.pid;
    this.version = hello.version;
    this.mark = mark;
    this.heardMs = nowMs;
  }

  /** A send may fail because the socket died a moment ago: then the lease ends what the agent holds. */
  say(message: ToAgent): void {
    try {
      this.link?.socket.send(JSON.stringify(message));
    } catch {
      this.link = null;
    }
  }

  /** A new connection: what the agent holds now is not known to be what was sent last, so it is told again. */
  welcome(socket: AgentSocket, session: string, holds: number): void {
    this.link?.socket.close(4001, "another connection of the same process took over");
    this.link = { socket, session };
    this.pulse = null;
    this.forget();
    if (holds > 0) this.sent = { ...this.sent, content: UNKNOWN };
  }

  /** What was sent holds no longer: the agent emptied its table, or a new connection begins. */
  forget(): void {
    this.sent = { ...NEVER, gen: this.sent.gen };
  }

  /** Sends a whole set under a new generation. Only with a pulse to base it on. */
  order(set: OrderSet, gen: number, epoch: number, revisions: ReadonlyMap<RunId, number>): void {
    if (this.link === null || this.pulse === null) return;
    this.sent = { gen, content: contentOf(set), set, revisions };
    if (set.faults.length > 0) this.#grantedMs = this.pulse.atMs;
    const { session } = this.link;
    this.say({ type: "apply", session, epoch, gen, basis: this.pulse.n, leaseMs: LEASE_MS, ...set });
  }

  renew(epoch: number): void {
    if (this.link === null || this.pulse === null) return;
    if (this.sent.set.faults.length > 0) this.#grantedMs = this.pulse.atMs;
    const { session } = this.link;
    this.say({ type: "renew", session, epoch, gen: this.sent.gen, basis: this.pulse.n, leaseMs: LEASE_MS });
  }

  /**
   * Whether every grant of faults is over by the server's clock. A grant counts from when its pulse was sent, which is
   * before the pulse was received: from there on it is counted.
   */
  grantsOver(nowMs: number): boolean {
    return this.#grantedMs === null || nowMs > this.#grantedMs + surelyOverMs(LEASE_MS);
  }

  /** Ids it holds, as far as its last pulse says. */
  live(): FaultId[] {
    if (this.pulse === null || this.pulse.remains.live === 0) return [];
    return this.sent.set.faults.map(({ id }) => id);
  }
}
