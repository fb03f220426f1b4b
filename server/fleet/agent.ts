/** One agent process as the server knows it, from its first hello on; it outlives its connections. */
import {
  type Capability,
  CONTRACT_VERSION,
  type EdgeOffer,
  type EdgeOrder,
  type Labels,
  LEASE_MS,
  type Remains,
  type TableMark,
  type ToAgent,
  type ToServer,
} from "../../agent/contract/index.ts";
import type { Boot, EdgeId, FaultId, Instance, RunId, ServiceName } from "../../experiments/model/names.ts";
import type { CredentialHolder } from "./boot-owners.ts";
import { NO_ORDERS, type OrderContent, type OrderSet, orderContent } from "./desired-state.ts";
import type { ProcessMark } from "./process-mark.ts";

/** The socket, as far as the fleet needs one. */
export interface AgentSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Bytes that were sent and that the peer has not taken yet. */
  bufferedBytes(): number;
}
export type Hello = Extract<ToServer, { type: "hello" }>;

/** Who an agent is, by its hello and its credential. */
export interface AgentIdentity {
  readonly boot: Boot;
  readonly instance: Instance;
  /** Of the contract; 0: it was never heard, only the database knows it. */
  readonly contract: number;
  readonly version: string;
  readonly pid: number;
  readonly service: ServiceName | null;
  readonly labels: Labels;
  readonly offers: readonly EdgeOffer[];
  /** Later parts of the contract that it has. */
  readonly knows: readonly string[];
  readonly mark: ProcessMark;
}
/** What it said that it serves. */
export interface ServedEdges {
  readonly edges: readonly { readonly id: EdgeId; readonly listen: string }[];
  readonly failed: readonly { readonly id: EdgeId; readonly why: string }[];
}
const NO_EDGES: ServedEdges = { edges: [], failed: [] };

/** Clocks of two machines drift by less than 1% (SAFETY.md 3). */
const DRIFT = 1.01;
const SLACK_MS = 250;
/** A grant for `leaseMs` from a time that the server knows only as "before": how long until it is surely over. */
export const surelyOverMs = (leaseMs: number): number => leaseMs * DRIFT + SLACK_MS;

/** An agent that has left so many bytes unread gets nothing that adds or prolongs. */
const CONGESTED_BYTES = 256 * 1024;
/** And with so many its connection is closed: its lease ends what it holds. */
export const STUCK_BYTES = 4 * 1024 * 1024;

interface SentOrder {
  readonly gen: number;
  /** `desiredVersion` of the fleet state that this order was computed from: while it is the same, so is the desired state. */
  readonly desiredVersion: number;
  /** null equals no content: the desired state has to be sent, whatever it is. */
  readonly content: OrderContent | null;
  readonly set: OrderSet;
  /** Revision of each run that this order honours. */
  readonly revisions: ReadonlyMap<RunId, number>;
}
const NO_VERSION = -1;
const NOTHING_SENT: SentOrder = {
  gen: 0,
  desiredVersion: NO_VERSION,
  content: orderContent(NO_ORDERS),
  set: NO_ORDERS,
  revisions: new Map(),
};

export class Agent {
  readonly boot: Boot;
  readonly instance: Instance;
  identity: AgentIdentity;
  link: { readonly socket: AgentSocket; readonly session: string; readonly holder: CredentialHolder } | null = null;
  /**
   * Whose boot this is is on record, so that a server after this one knows it too: before that, no fault is granted to it.
   */
  isRecorded = false;
  /** A run expects its boot, and nothing on record says whose that is: what it attests proves nothing. */
  isUnproven = false;
  /** The last pulse of this connection: the basis of every grant. */
  pulse: { readonly n: number; readonly atMs: number; readonly table: TableMark; readonly remains: Remains } | null =
    null;
  /** The newest stall that it told of; null: it has not pulsed yet. */
  stallsHeard: number | null = null;
  /** Server clock: when it was last heard of, over any connection. */
  heardMs: number;
  /** The agent's process is known to have ended. */
  exited = false;
  /** The agent said goodbye or was retired: no alert misses such an agent. */
  left = false;
  /** The agent left, and its record was deleted. */
  isForgotten = false;
  /** A hello that the log does not tell of yet; null: told. `awayMs`: null: it was not known before. */
  arrival: { readonly awayMs: number | null } | null = null;
  /** The log has told that the agent is there, and not yet that the agent is gone. */
  isPresent = false;
  /** The log has told that the agent fell silent. */
  isSilent = false;
  /** Id of the token that it came with last. */
  credential = "";
  /** What the mesh gives it to serve. Nothing that it says of another edge is believed. */
  assigned: readonly EdgeOrder[] = [];
  serving: ServedEdges = NO_EDGES;
  /** Changes whenever it serves others; and whether that was announced since it last pulsed. */
  announced = false;
  sent: SentOrder = NOTHING_SENT;
  /** The newest generation that it said it holds. */
  acknowledged = 0;
  /** Server clock: receipt of the last pulse that a grant of faults echoed; null: none was ever granted. */
  #grantedMs: number | null = null;
  /** Every edge that it was ever given: receipts outlive an assignment. */
  readonly #everAssigned = new Set<EdgeId>();

  constructor(identity: AgentIdentity, nowMs: number) {
    this.boot = identity.boot;
    this.instance = identity.instance;
    this.identity = identity;
    this.heardMs = nowMs;
  }
  get service(): ServiceName | null {
    return this.identity.service;
  }
  /** Only a journal or the database knows of it. */
  get neverHeard(): boolean {
    return this.identity.contract === 0;
  }
  get pid(): number {
    return this.identity.pid;
  }
  get version(): string {
    return this.identity.version;
  }
  get mark(): ProcessMark {
    return this.identity.mark;
  }
  /** It speaks another version of the contract: it keeps its edges, gets no faults, and is dropped and audited like all. */
  get isForeign(): boolean {
    return this.identity.contract !== CONTRACT_VERSION;
  }
  /** An order can be based on its last pulse. */
  isReady(nowMs: number): boolean {
    return (
      this.link !== null &&
      !this.exited &&
      this.isRecorded &&
      this.pulse !== null &&
      nowMs - this.pulse.atMs <= LEASE_MS
    );
  }
  /** It looks for the marks of probes where it is asked to, and refuses an order that asks if it does not know how. */
  get supportsMarks(): boolean {
    return this.identity.knows.includes("marks" satisfies Capability);
  }
  /** Whether it draws the requests of a sample by their mark, where the share is by request. */
  get samplesByMarks(): boolean {
    return this.identity.knows.includes("draws" satisfies Capability);
  }
  /** It reads more slowly than it is written to. */
  get isCongested(): boolean {
    return this.link !== null && this.link.socket.bufferedBytes() > CONGESTED_BYTES;
  }

  send(message: ToAgent): void {
    this.sendText(JSON.stringify(message));
  }
  /** A send may fail because the socket died a moment ago: then the lease ends what the agent holds. */
  sendText(text: string): void {
    try {
      this.link?.socket.send(text);
    } catch {
      this.link = null;
    }
  }
  /** Ends the connection, from the server's side. */
  close(code: number, why: string): void {
    this.link?.socket.close(code, why);
    this.link = null;
  }

  assign(edges: readonly EdgeOrder[]): void {
    this.assigned = edges;
    for (const { id } of edges) this.#everAssigned.add(id);
  }
  /** Whether what it says of an edge is to be believed. */
  wasAssigned(edge: EdgeId): boolean {
    return this.#everAssigned.has(edge);
  }
  /** Edges that it serves by the mesh's will. */
  get edges(): readonly EdgeId[] {
    const assigned = new Set(this.assigned.map(({ id }) => id));
    return this.serving.edges.filter(({ id }) => assigned.has(id)).map(({ id }) => id);
  }

  /** A new connection: what the agent holds now is not known to be what was sent last, so it is told again. */
  attach(link: NonNullable<Agent["link"]>, holds: number, nowMs: number): void {
    this.link = link;
    this.credential = link.holder.credential;
    this.pulse = null;
    this.serving = NO_EDGES;
    this.announced = false;
    this.forgetSent();
    if (holds === 0) return;
    this.sent = { ...this.sent, content: null };
    // Whoever granted it did so before now.
    this.grantedBefore(nowMs);
  }
  /** What was sent holds no longer: the agent emptied its table, or a new connection begins. */
  forgetSent(): void {
    this.sent = { ...NOTHING_SENT, gen: this.sent.gen };
  }

  /** Sends a whole set under a new generation. Only with a pulse to base it on. `body`: the set as JSON, its braces off. */
  order({
    gen,
    epoch,
    body,
    ...rest
  }: Omit<SentOrder, "content"> & { content: OrderContent; epoch: number; body: string }) {
    if (this.link === null || this.pulse === null) return;
    this.sent = { gen, ...rest };
    if (rest.set.faults.length > 0) this.#grantedMs = this.pulse.atMs;
    const { session } = this.link;
    const grant = JSON.stringify({ type: "apply", session, epoch, gen, basis: this.pulse.n, leaseMs: LEASE_MS });
    this.sendText(`${grant.slice(0, -1)},${body}}`);
  }
  renew(epoch: number): void {
    if (this.link === null || this.pulse === null) return;
    this.#grantedMs = this.pulse.atMs;
    const { session } = this.link;
    this.send({ type: "renew", session, epoch, gen: this.sent.gen, basis: this.pulse.n, leaseMs: LEASE_MS });
  }

  /** Somebody may have granted it faults until now. */
  grantedBefore(nowMs: number): void {
    this.#grantedMs = Math.max(this.#grantedMs ?? nowMs, nowMs);
  }
  /**
   * Whether every grant of faults is over by the server's clock. A grant counts from when its pulse was sent, which is
   * before the pulse was received: from there on it is counted.
   */
  grantsOver(nowMs: number): boolean {
    return this.#grantedMs === null || nowMs > this.#grantedMs + surelyOverMs(LEASE_MS);
  }

  /** Ids it holds, as far as its last pulse says. */
  liveFaults(): FaultId[] {
    if (this.pulse === null || this.pulse.remains.live === 0) return [];
    return this.sent.set.faults.map(({ id }) => id);
  }
}
