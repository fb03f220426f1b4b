/** The one outgoing connection to the server: hello, welcome, then a pulse a second; redialled for as long as it takes. */
import { WebSocket } from "ws";
import type { Agent } from "./agent.ts";
import type { Alarm, Clock } from "./clock.ts";
import { checkToAgent } from "./contract/check.ts";
import { LEASE_MS, PULSE_MS, type ToAgent, type ToServer } from "./contract/messages.ts";
import { pulseOf } from "./pulse.ts";

const PATH = "/api/v1/agent";
const FIRST_REDIAL_MS = 250;
const LONGEST_REDIAL_MS = 5_000;
const HANDSHAKE_MS = 5_000;
/** Largest message that is taken from the server, bytes. */
const LARGEST = 8 * 1024 * 1024;

export interface SessionConfig {
  /** `http://host:port` of the server. */
  readonly server: string;
  readonly token: string;
  readonly clock: Clock;
  /** In [0, 1): spreads redials, so that a returning server does not meet its whole fleet at once. */
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** The edges are served; called at each welcome. */
  readonly onReady: () => void;
  /** The edges that the server assigned cannot be served. */
  readonly onUnable: (error: Error) => void;
}
type Welcome = Extract<ToAgent, { type: "welcome" }>;

export class Session {
  readonly #agent: Agent;
  readonly #config: SessionConfig;
  #socket: WebSocket | null = null;
  #id: string | null = null;
  #pulses = 0;
  #leaseMs = LEASE_MS;
  /** When the last byte of the server was seen. */
  #heardMs = 0;
  #redials = 0;
  #closed = false;
  #next: Alarm | null = null;

  constructor(agent: Agent, config: SessionConfig) {
    this.#agent = agent;
    this.#config = config;
    this.#dial();
  }

  /** Says something, if there is a server to hear it. */
  say(message: ToServer): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
  close(): void {
    this.#closed = true;
    this.#next?.cancel();
    this.#socket?.close(1000, "the agent ends");
    this.#socket?.terminate();
  }

  #dial(): void {
    const { server, token, clock, log } = this.#config;
    const socket = new WebSocket(`${server.replace(/^http/, "ws").replace(/\/$/, "")}${PATH}`, {
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: LARGEST,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.#socket = socket;
    const heard = () => {
      this.#heardMs = clock.nowMs();
    };
    socket.on("open", () => {
      heard();
      this.say(this.#agent.hello());
      this.#watchSilence(socket);
    });
    socket.on("ping", heard).on("pong", heard);
    socket.on("message", (data) => {
      // What a connection that was given up still had in its buffers is not heard any more.
      if (this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return;
      heard();
      this.#hear(socket, String(data));
    });
    socket.on("error", (error) => {
      // Said once for each time the server goes away, not at each redial.
      if (this.#redials === 0) log(`no connection to the server ${server}: ${error.message}`);
    });
    socket.on("close", () => this.#lost(socket));
  }

  #hear(socket: WebSocket, text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Whatever it was meant to be, nothing that comes after it can be trusted to be whole.
      this.#config.log("the server sent something that is not JSON");
      this.#agent.dropAll("the server sent something that is not JSON");
      socket.terminate();
      return;
    }
    const checked = checkToAgent(value);
    if ("message" in checked && checked.message.type === "welcome") void this.#welcomed(socket, checked.message);
    else for (const answer of this.#agent.hear(checked)) this.say(answer);
  }

  async #welcomed(socket: WebSocket, { session, epoch, leaseMs, edges }: Welcome): Promise<void> {
    const { onReady, onUnable, log } = this.#config;
    this.#agent.enter(session, epoch);
    this.#leaseMs = leaseMs;
    try {
      await this.#agent.edges.serve(edges);
    } catch (error) {
      onUnable(error as Error);
      // The redial tries again: the address may be free by then.
      return socket.terminate();
    }
    if (this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return;
    log(`session ${session} with the server, epoch ${epoch}, ${edges.length} edges`);
    onReady();
    this.#redials = 0;
    this.#id = session;
    this.#pulses = 0;
    this.#next?.cancel();
    this.#pulse(session);
  }

  #pulse(session: string): void {
    const { clock } = this.#config;
    const nowMs = clock.nowMs();
    if (this.#id !== session || this.#closed) return;
    const n = ++this.#pulses;
    const pulse = pulseOf(this.#agent, session, n, nowMs);
    // Before the write: the lease counts from here, however long the bytes take.
    this.#agent.lease.sending(n);
    this.say(pulse);
    // Asks for a byte of the server's, even when it has nothing to say.
    this.#socket?.ping();
    this.#next = clock.wake(nowMs + PULSE_MS, () => this.#pulse(session));
  }

  #watchSilence(socket: WebSocket): void {
    const { clock, log } = this.#config;
    const look = () => {
      if (this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return;
      if (clock.nowMs() - this.#heardMs < this.#leaseMs) {
        clock.wake(this.#heardMs + this.#leaseMs, look);
        return;
      }
      log(`no byte from the server for ${this.#leaseMs} ms: closing the connection`);
      socket.terminate();
    };
    look();
  }

  /** Faults stay until their lease is over: the server may be back before. */
  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    const { clock, random, log } = this.#config;
    if (this.#id !== null) log("the connection to the server is lost");
    this.#socket = null;
    this.#id = null;
    this.#agent.enter(null, 0);
    this.#next?.cancel();
    if (this.#closed) return;
    const waitMs =
      Math.min(LONGEST_REDIAL_MS, FIRST_REDIAL_MS * 2 ** Math.min(this.#redials, 10)) * (0.5 + random() / 2);
    this.#redials++;
    this.#next = clock.wake(clock.nowMs() + waitMs, () => this.#dial());
  }
}
