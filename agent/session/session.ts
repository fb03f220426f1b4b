/** The agent's only connection to the server: hello, welcome, then a pulse a second; redialled without limit. */
import { WebSocket } from "ws";
import type { Agent } from "../agent.ts";
import type { Alarm, Clock } from "../clock/clock.ts";
import { checkToAgent } from "../contract/check.ts";
import { LARGEST_ORDER_BYTES, LIMITS } from "../contract/limits.ts";
import {
  CLOSED,
  type EdgeOrder,
  LEASE_MS,
  MINOR_OF_LEAVING,
  MINOR_OF_UNCHANGED,
  PULSE_MS,
  type ToAgent,
  type ToServer,
} from "../contract/messages.ts";
import type { Credential } from "../credential/credential.ts";
import type { Tls } from "../credential/tls.ts";
import type { EdgeFailure } from "../edge/edges.ts";
import { LocalEdges } from "../edge/local-edges.ts";
import type { AgentLog } from "../log.ts";
import { downgradeMessage, encodeMessage } from "./outgoing-message.ts";
import { buildPulse } from "./pulse.ts";
import { ServerList } from "./server-list.ts";

const PATH = "/api/v1/agent";
const HANDSHAKE_MS = 5_000;
/** Interval of retries to serve failed edges, whose addresses may be free by then. */
const RETRY_MS = 5_000;
/** Time without a session after which local edges go back to their own definition; any lease is over by then. */
const ALONE_MS = 15_000;
const UNAUTHORIZED = 401;
const GOODBYE_WITHIN_MS = 250;
/** Time for the loop to read the bytes that had arrived. */
const BEHIND_BUFFERS_MS = 20;

export interface SessionConfig {
  /** `http://host:port` of each server that may lead. */
  readonly servers: readonly string[];
  readonly credential: Credential;
  readonly tls: Tls;
  readonly clock: Clock;
  /** Random number in [0, 1): spreads redials, so that a returning server does not meet the whole fleet at once. */
  readonly random: () => number;
  readonly log: AgentLog;
  /** Edges that are served with and without a server; absent: none. */
  readonly local?: LocalEdges;
  /** Reports that the assigned edges are served, except `failed`; called at each welcome and each change. */
  readonly onServed: (failed: readonly EdgeFailure[]) => void;
  /** Reports that a session with this server has begun; null: the session has ended. */
  readonly onServer: (server: string | null) => void;
}
/** Close codes with which the server rejects this agent and gives a reason. */
const REFUSALS: ReadonlySet<number> = new Set([CLOSED.misspoke, CLOSED.impostor]);
const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, "?");
type Welcome = Extract<ToAgent, { type: "welcome" }>;

export class Session {
  readonly #agent: Agent;
  readonly #config: SessionConfig;
  readonly #servers: ServerList;
  readonly #local: LocalEdges;
  #socket: WebSocket | null = null;
  #id: string | null = null;
  #pulses = 0;
  #leaseMs = LEASE_MS;
  /** Minor version of the contract that this session's server knows. */
  #minor = 0;
  /** The next pulse has to have the counts of every edge. */
  #isWholeDue = true;
  /** Time of the first unanswered request for a byte from the server; null: the server has answered. */
  #askedMs: number | null = null;
  #closed = false;
  /** Time at which the last session ended, monotonic ms; null: a session stands, or the local edges serve already. */
  #aloneMs: number | null = null;
  #next: Alarm | null = null;
  #retry: Alarm | null = null;

  constructor(agent: Agent, config: SessionConfig) {
    this.#agent = agent;
    this.#config = config;
    this.#local = config.local ?? new LocalEdges([]);
    this.#servers = new ServerList(config.servers, config.random);
    this.#dial().catch(this.#giveUp);
  }

  /** Sends a message if a server is connected. */
  send(message: ToServer): void {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(encodeMessage(downgradeMessage(this.#minor, message)));
  }
  /**
   * Tells the server that the agent serves no edge any more, so that no run counts on the agent. The session stays
   * open.
   */
  farewell(): void {
    this.#retry?.cancel();
    if (this.#id !== null) this.send({ type: "serving", session: this.#id, edges: [], failed: [] });
  }
  /** True: the server of this session knows agents that end in order. */
  get knowsLeaving(): boolean {
    return this.#id !== null && this.#minor >= MINOR_OF_LEAVING;
  }
  /** Tells the server that the agent ends in order, and takes no order any more. `isOver`: the last message. */
  leave(isOver: boolean): void {
    if (this.#id === null || !this.knowsLeaving) return;
    // Probes' requests that were seen since the last pulse are told before the end.
    if (isOver) this.#tellPulse(this.#id);
    this.send(this.#agent.leaving(this.#id, isOver));
  }
  /**
   * Says goodbye, so that the server does not miss this agent. Resolves once the server has read the goodbye, or after
   * 250 ms: cutting the connection right after the goodbye would lose the message.
   */
  close(): Promise<void> {
    this.#closed = true;
    this.#next?.cancel();
    this.#retry?.cancel();
    const socket = this.#socket;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    const { clock } = this.#config;
    return new Promise((resolve) => {
      const end = () => {
        late.cancel();
        socket.terminate();
        resolve();
      };
      const late = clock.wake(clock.nowMs() + GOODBYE_WITHIN_MS, end);
      socket.once("close", end);
      socket.close(1000, "the agent ends");
    });
  }

  /** After an error that no step foresaw, the session connects anew; until then the lease bounds every fault. */
  readonly #giveUp = (error: unknown): void => {
    this.#config.log(`the session failed: ${error instanceof Error ? error.stack : String(error)}`, "error");
    if (this.#socket === null) this.#redial();
    else this.#socket.terminate();
  };

  async #dial(): Promise<void> {
    const { credential, tls } = this.#config;
    const server = this.#servers.current;
    let token: string;
    try {
      token = await credential.token(server);
    } catch (error) {
      this.#complain(server, (error as Error).message);
      return this.#redial();
    }
    if (this.#closed) return;
    const socket = new WebSocket(`${server.replace(/^http/, "ws").replace(/\/$/, "")}${PATH}`, {
      ...tls,
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: LARGEST_ORDER_BYTES,
      perMessageDeflate: false,
      // A token never goes to another host than the token's own.
      followRedirects: false,
    });
    this.#socket = socket;
    this.#minor = 0;
    const heard = () => {
      this.#askedMs = null;
    };
    socket.on("open", () => {
      heard();
      this.send(this.#agent.hello());
      this.#watchSilence(socket);
    });
    socket.on("ping", heard).on("pong", heard);
    socket.on("message", (data) => {
      // Messages left in the buffers of an abandoned connection are ignored.
      if (this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return;
      heard();
      this.#hear(socket, String(data));
    });
    let answered: string | null = null;
    socket.on("unexpected-response", (_, response) => {
      response.resume();
      answered = `it answered ${response.statusCode} instead of opening the WebSocket`;
      if (response.statusCode === UNAUTHORIZED) credential.refused();
      socket.terminate();
    });
    socket.on("error", (error) => this.#complain(server, answered ?? error.message));
    socket.on("close", (code, reason) => {
      if (REFUSALS.has(code)) this.#complain(server, `it closed the connection: ${printable(String(reason))}`);
      this.#lost(socket, code === CLOSED.notLeader ? String(reason) : null);
    });
  }
  /** Logs once for each time a server goes away, not at each redial. */
  #complain(server: string, why: string): void {
    if (this.#servers.isFirstFailure)
      this.#config.log(`no connection to the server ${server}: ${why}`, "warn", { server, why });
  }

  #hear(socket: WebSocket, text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // After an unreadable message, no later message can be trusted to be whole.
      this.#config.log("the server sent something that is not JSON", "warn");
      this.#agent.dropAll("the server sent something that is not JSON");
      socket.terminate();
      return;
    }
    const checked = checkToAgent(value);
    if ("message" in checked && checked.message.type === "welcome")
      this.#welcomed(socket, checked.message).catch(this.#giveUp);
    else if ("message" in checked && checked.message.type === "edges") {
      const { session, edges } = checked.message;
      if (session === this.#id) this.#serve(socket, session, edges).catch(this.#giveUp);
    } else for (const answer of this.#agent.handleMessage(checked)) this.send(answer);
  }

  async #welcomed(socket: WebSocket, welcome: Welcome): Promise<void> {
    const { session, epoch, leaseMs, edges, minor = 0, cluster = null } = welcome;
    const { log } = this.#config;
    this.#agent.enterSession(session, epoch, cluster);
    this.#leaseMs = leaseMs;
    this.#minor = minor;
    this.#id = session;
    this.#aloneMs = null;
    this.#config.onServer(this.#servers.current);
    await this.#serve(socket, session, edges);
    if (this.#socket !== socket || socket.readyState !== WebSocket.OPEN || this.#id !== session) return;
    log(`session ${session} with the server, epoch ${epoch}, ${edges?.length ?? "the same"} edges`, "info", {
      ...{ server: this.#servers.current, session, epoch },
    });
    this.#servers.reached();
    this.#pulses = 0;
    this.#next?.cancel();
    this.#pulse(session);
  }
  /** Serves the ordered edges. `orders` null: the edges served already go on. */
  async #serve(socket: WebSocket, session: string, orders: readonly EdgeOrder[] | null): Promise<void> {
    const { clock, onServed } = this.#config;
    const { edges, isRetired } = this.#agent;
    this.#retry?.cancel();
    const merged = orders === null || isRetired ? null : this.#local.merge(orders);
    if (merged !== null) edges.dropOn(merged.unled);
    const failed = merged === null ? [] : [...merged.failed, ...(await edges.serve(merged.orders))];
    if (this.#closed) return;
    onServed(failed);
    if (this.#socket !== socket || this.#id !== session) return;
    const told = failed.map(({ id, why }) => ({ id, why: why.slice(0, LIMITS.whyLength) }));
    // The server drops counts of edges that it did not assign, and may have assigned these only now.
    this.#isWholeDue = true;
    // An edge that is served otherwise than ordered is none for the server: no fault that fits it would fit here.
    const others = new Set(merged?.failed.map(({ id }) => id));
    const served = isRetired ? [] : edges.listening().filter(({ id }) => !others.has(id));
    this.send({ type: "serving", session, edges: served, failed: told });
    if (failed.length > (merged?.failed.length ?? 0))
      this.#retry = clock.wake(clock.nowMs() + RETRY_MS, () => {
        this.#serve(socket, session, orders).catch(this.#giveUp);
      });
  }

  #pulse(session: string): void {
    const { clock } = this.#config;
    const nowMs = clock.nowMs();
    if (this.#id !== session || this.#closed) return;
    this.#tellPulse(session);
    // The ping asks for a byte from the server, even when no message is due.
    this.#socket?.ping();
    this.#askedMs ??= nowMs;
    this.#next = clock.wake(nowMs + PULSE_MS, () => this.#pulse(session));
  }
  #tellPulse(session: string): void {
    const n = ++this.#pulses;
    const isWhole = this.#isWholeDue || this.#minor < MINOR_OF_UNCHANGED;
    this.#isWholeDue = false;
    const pulse = buildPulse(this.#agent, { session, n, isWhole }, this.#config.clock.nowMs());
    // Called before the write: the lease counts from here, however long the bytes take.
    this.#agent.lease.sending(n);
    this.send(pulse);
  }

  /**
   * Closes the connection when the server is silent for a lease. After a stall of the agent, the answer waits in the
   * buffers: a check that finds silence checks again after reading the buffers.
   */
  #watchSilence(socket: WebSocket): void {
    const { clock, log } = this.#config;
    this.#askedMs ??= clock.nowMs();
    let isSecond = false;
    const look = () => {
      if (this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return;
      const nowMs = clock.nowMs();
      const sinceMs = this.#askedMs ?? nowMs;
      const isSilent = nowMs - sinceMs >= this.#leaseMs;
      if (isSilent && isSecond) {
        log(`no byte from the server for ${this.#leaseMs} ms: closing the connection`, "warn");
        socket.terminate();
        return;
      }
      isSecond = isSilent;
      clock.wake(isSilent ? nowMs + BEHIND_BUFFERS_MS : sinceMs + this.#leaseMs, look);
    };
    look();
  }

  /**
   * Serves the local edges as defined here once no server has led this agent for a while: the endpoints that a server
   * told age, and a rollout of the callee would leave the edge without any.
   */
  #goLocal(): void {
    const { clock, log } = this.#config;
    if (this.#aloneMs === null || clock.nowMs() - this.#aloneMs < ALONE_MS) return;
    this.#aloneMs = null;
    if (this.#local.orders.length === 0 || this.#agent.isRetired) return;
    log(`no server for ${ALONE_MS / 1_000} s: this agent's own edges go on as defined here`, "warn");
    this.#agent.edges.change(this.#local.orders).catch(this.#giveUp);
  }

  /**
   * Handles a lost connection. Faults stay until the lease is over: the server may be back before. `leader`: the leader
   * that the server named; "": the server does not lead.
   */
  #lost(socket: WebSocket, leader: string | null): void {
    if (this.#socket !== socket) return;
    const { log, onServer } = this.#config;
    if (this.#id !== null && !this.#closed) {
      log("the connection to the server is lost", "warn");
      onServer(null);
    }
    this.#socket = null;
    this.#id = null;
    this.#agent.enterSession(null, 0);
    this.#next?.cancel();
    this.#retry?.cancel();
    this.#aloneMs ??= this.#config.clock.nowMs();
    if (leader !== null) this.#servers.redirectTo(leader);
    this.#redial();
  }
  #redial(): void {
    if (this.#closed) return;
    const { clock } = this.#config;
    this.#goLocal();
    this.#next = clock.wake(clock.nowMs() + this.#servers.nextWaitMs(), () => {
      this.#dial().catch(this.#giveUp);
    });
  }
}
