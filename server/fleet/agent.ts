/**
 * Agent process as the server knows the process, from the first hello on; this object outlives the agent's connections.
 */
import {
  type Capability,
  CONTRACT_VERSION,
  type EdgeOrder,
  type Labels,
  LEASE_MS,
  type Remains,
  type TableMark,
  type ToAgent,
  type ToServer,
  type TransportReport,
} from "../../agent/contract/index.ts";
import type { AgentBoot, EdgeId, FaultId, Instance, RunId, ServiceName } from "../../experiments/model/names.ts";
import type { PlacedOffer } from "../meshes/meshes.ts";
import type { CredentialHolder } from "./boot-owners.ts";
import { NO_ORDERS, type OrderContent, type OrderSet, orderContent } from "./desired-state.ts";
import type { ProcessMark } from "./process-mark.ts";

/** Socket operations that the fleet needs. */
export interface AgentSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Bytes that were sent and that the peer has not read yet. */
  bufferedBytes(): number;
}
export type Hello = Extract<ToServer, { type: "hello" }>;

/** Identity of an agent, from the hello and the credential. */
export interface AgentIdentity {
  readonly boot: AgentBoot;
  readonly instance: Instance;
  /** Contract version; 0: the agent was never heard, only the database knows the process. */
  readonly contract: number;
  readonly version: string;
  readonly pid: number;
  readonly service: ServiceName | null;
  readonly labels: Labels;
  readonly offers: readonly PlacedOffer[];
  /** Optional capabilities of the contract that the agent supports. */
  readonly knows: readonly string[];
  /** Transport tier, as reported; null: not reported. */
  readonly transport: TransportReport | null;
  readonly mark: ProcessMark;
  /** Server clock less agent clock, ms, where both are clocks of one machine; null: unknown. */
  readonly clockOffsetMs: number | null;
  /** Services whose processes the agent can strike. */
  readonly processes: readonly ServiceName[];
}
/** Edges that the agent reported as served or failed. */
export interface ServedEdges {
  readonly edges: readonly { readonly id: EdgeId; readonly listen: string }[];
  readonly failed: readonly { readonly id: EdgeId; readonly why: string }[];
}
const NO_EDGES: ServedEdges = { edges: [], failed: [] };

/** Clocks of two machines drift by less than 1% (SAFETY.md 3). */
const DRIFT = 1.01;
const SLACK_MS = 250;
/**
 * Milliseconds after which a grant for `leaseMs` is surely over, where the server knows only that the grant was made
 * before now.
 */
export const surelyOverMs = (leaseMs: number): number => leaseMs * DRIFT + SLACK_MS;

/** Unread bytes in an agent's socket above which the agent gets no order that adds or prolongs faults. */
const CONGESTED_BYTES = 256 * 1024;
/** Unread bytes above which the connection is closed: the lease then ends the agent's faults. */
export const STUCK_BYTES = 4 * 1024 * 1024;

interface SentOrder {
  readonly gen: number;
  /**
   * `desiredVersion` of the fleet state from which this order was computed: while the version is unchanged, so is the
   * desired state.
   */
  readonly desiredVersion: number;
  /** null equals no content: the desired state has to be sent, whatever the content. */
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
  readonly boot: AgentBoot;
  readonly instance: Instance;
  identity: AgentIdentity;
  link: { readonly socket: AgentSocket; readonly session: string; readonly holder: CredentialHolder } | null = null;
  /**
   * The owner of this boot is on record, so that the next server knows the owner too. Before that, the agent is granted
   * no fault.
   */
  isRecorded = false;
  /** A run expects this boot, and no record names the owner: attestations of this agent are no proof. */
  isUnproven = false;
  /** The last pulse of this connection: the basis of every grant. */
  pulse: { readonly n: number; readonly atMs: number; readonly table: TableMark; readonly remains: Remains } | null =
    null;
  /** Number of the newest stall that the agent reported; null: the agent has not pulsed yet. */
  stallsHeard: number | null = null;
  /** Connections of no declared caller that the agent reported last; null: the agent has reported none yet. */
  strangersHeard: number | null = null;
  /** Server clock, ms: when the agent was last heard, over any connection. */
  heardMs: number;
  /** The agent's process is known to have ended. */
  exited = false;
  /**
   * Word of the keeper on what an agent that has ended left outside of its process; null: no word yet. Asked only of
   * agents that can strike processes.
   */
  leftOutside: "nothing" | "something" | null = null;
  /** The agent said goodbye or was retired: no alert misses such an agent. */
  left = false;
  /** The agent is ending in order: it takes no order any more. */
  isEnding = false;
  /** The agent ended in order, and attested to hold no fault after it took its last order: none can come any more. */
  endedEmpty = false;
  /** The agent left, and the record was deleted. */
  isForgotten = false;
  /** Hello that has not been logged yet; null: logged. `awayMs` null: the agent was not known before. */
  arrival: { readonly awayMs: number | null } | null = null;
  /** True from the log line for the agent's arrival until the log line for the departure. */
  isPresent = false;
  /** True once the log has a line that the agent fell silent. */
  isSilent = false;
  /** Id of the token presented on the newest connection. */
  credential = "";
  /** Edges that the mesh assigns to this agent. Reports about any other edge are ignored. */
  assigned: readonly EdgeOrder[] = [];
  serving: ServedEdges = NO_EDGES;
  /**
   * True once the agent's readiness with the present edges was announced; reset when the agent serves other edges or
   * connects anew.
   */
  announced = false;
  sent: SentOrder = NOTHING_SENT;
  /** Newest generation that the agent acknowledged. */
  acknowledged = 0;
  /** Server clock: receipt of the last pulse that a grant of faults echoed; null: none was ever granted. */
  #grantedMs: number | null = null;
  /** Every edge that was ever assigned to the agent: receipts outlive an assignment. */
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
  /** True for an agent known only from a journal or the database. */
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
  /**
   * True for an agent with another contract version: such an agent keeps serving, gets no faults, and is dropped and
   * audited like all others.
   */
  get isForeign(): boolean {
    return this.identity.contract !== CONTRACT_VERSION;
  }
  /** True while the agent's last pulse is a basis for an order. */
  isReady(nowMs: number): boolean {
    return (
      this.link !== null &&
      !this.exited &&
      !this.isEnding &&
      this.isRecorded &&
      this.pulse !== null &&
      nowMs - this.pulse.atMs <= LEASE_MS
    );
  }
  /** Services whose processes the agent can strike. */
  get processes(): readonly ServiceName[] {
    return this.identity.processes;
  }
  /** True where no effect outside of the agent's process can have outlived it. */
  get isClearOutside(): boolean {
    return (this.processes.length === 0 && !this.neverHeard) || this.leftOutside === "nothing";
  }
  /**
   * The agent looks for probe marks on request. An agent without this capability refuses an order that asks for marks.
   */
  get supportsMarks(): boolean {
    return this.identity.knows.includes("marks" satisfies Capability);
  }
  /** True if the agent, with a share per request, draws the requests of a probe's sample by the sample's mark. */
  get samplesByMarks(): boolean {
    return this.identity.knows.includes("draws" satisfies Capability);
  }
  /** True if the agent keeps the faults of an edge while the set of its endpoints changes. */
  get followsEndpoints(): boolean {
    return this.identity.knows.includes("endpoints" satisfies Capability);
  }
  /** True if the kernel redirects connections to the agent: only such an agent carries edges at the callee. */
  get intercepts(): boolean {
    return this.identity.knows.includes("redirect" satisfies Capability);
  }
  /** The agent reads more slowly than the server writes. */
  get isCongested(): boolean {
    return this.link !== null && this.link.socket.bufferedBytes() > CONGESTED_BYTES;
  }

  send(message: ToAgent): void {
    this.sendText(JSON.stringify(message));
  }
  /** Sends text. A send may fail because the socket died a moment ago: then the lease ends the agent's faults. */
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
  /** True if the agent's reports about this edge are to be believed. */
  wasAssigned(edge: EdgeId): boolean {
    return this.#everAssigned.has(edge);
  }
  /** Edges assigned by the mesh that the agent serves. */
  get edges(): readonly EdgeId[] {
    const assigned = new Set(this.assigned.map(({ id }) => id));
    return this.serving.edges.filter(({ id }) => assigned.has(id)).map(({ id }) => id);
  }

  /** Edges that the agent serves, and that are not among these: a pulse may leave out edges with the same counts. */
  edgesBut(told: readonly { readonly edge: EdgeId }[]): readonly EdgeId[] {
    const known = new Set(told.map(({ edge }) => edge));
    return this.serving.edges.flatMap(({ id }) => (known.has(id) || !this.wasAssigned(id) ? [] : [id]));
  }

  /** Attaches a new connection. The agent may not hold the last order sent, so the desired state is sent again. */
  attach(link: NonNullable<Agent["link"]>, holds: number, nowMs: number): void {
    this.link = link;
    this.credential = link.holder.credential;
    this.pulse = null;
    this.serving = NO_EDGES;
    this.announced = false;
    this.forgetSent();
    if (holds === 0) return;
    this.sent = { ...this.sent, content: null };
    // A previous server granted these faults before now.
    this.grantedBefore(nowMs);
  }
  /** Forgets the last order sent: the agent emptied the fault table, or a new connection begins. */
  forgetSent(): void {
    this.sent = { ...NOTHING_SENT, gen: this.sent.gen };
  }

  /**
   * Sends a whole set under a new generation. Requires a pulse as the basis. `body`: the set as JSON, without the
   * braces.
   */
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

  /** Notes that another server may have granted this agent faults until `nowMs`. */
  grantedBefore(nowMs: number): void {
    this.#grantedMs = Math.max(this.#grantedMs ?? nowMs, nowMs);
  }
  /**
   * True if every grant of faults is over by the server's clock. A grant counts from the sending of the agent's pulse,
   * which is before the server received the pulse; the server counts from the receipt.
   */
  grantsOver(nowMs: number): boolean {
    return this.#grantedMs === null || nowMs > this.#grantedMs + surelyOverMs(LEASE_MS);
  }

  /** Ids of the agent's live faults, as of the last pulse. */
  liveFaults(): FaultId[] {
    if (this.pulse === null || this.pulse.remains.live === 0) return [];
    return this.sent.set.faults.map(({ id }) => id);
  }
}
