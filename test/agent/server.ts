/** A server with the contract alone: the tests decide the messages and the times of sending. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import {
  CONTRACT_MINOR,
  type EdgeOrder,
  type FaultOrder,
  LEASE_MS,
  type ToServer,
  type Watch,
} from "../../agent/contract/index.ts";
import { toServer } from "../../agent/contract/schemas/to-server.ts";

export const TOKEN = "test-token";
type Said<T extends ToServer["type"]> = Extract<ToServer, { type: T }>;

export class ContractServer {
  readonly said: ToServer[] = [];
  /** Headers of every upgrade. */
  readonly upgrades: Readonly<Record<string, unknown>>[] = [];
  url = "";
  epoch = 1;
  gen = 0;
  session = 0;
  /** Minor version: the contract's additions that this server knows. */
  minor: number = CONTRACT_MINOR;
  /** Renews the last applied orders at each pulse. */
  renewing = true;
  socket: WebSocket | null = null;
  /** Text of the last apply. */
  last = "";
  /** Closes every agent that says hello, as a standby server does. */
  refusing: { readonly code: number; readonly reason: string } | null = null;
  #granted = 0;
  #edges: readonly EdgeOrder[];
  readonly #http: Server;
  readonly #sockets: WebSocketServer;

  private constructor(edges: readonly EdgeOrder[]) {
    this.#edges = edges;
    this.#http = createServer((_, response) => response.writeHead(404).end());
    this.#sockets = new WebSocketServer({
      server: this.#http,
      path: "/api/v1/agent",
      verifyClient: ({ req }: { req: { headers: Record<string, unknown> } }) => {
        this.upgrades.push(req.headers);
        return req.headers.authorization === `Bearer ${TOKEN}`;
      },
    });
    this.#sockets.on("connection", (socket) => this.#connected(socket));
  }
  static async start(edges: readonly EdgeOrder[], port = 0): Promise<ContractServer> {
    const server = new ContractServer(edges);
    server.#http.listen(port, "127.0.0.1");
    await once(server.#http, "listening");
    server.url = `http://127.0.0.1:${(server.#http.address() as AddressInfo).port}`;
    return server;
  }
  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  get sessionId(): string {
    return `session-${this.session}`;
  }
  of<T extends ToServer["type"]>(type: T): readonly Said<T>[] {
    return this.said.filter((message): message is Said<T> => message.type === type);
  }
  /** The first message of a type that fits, from index `after` on; waits for such a message. */
  async hears<T extends ToServer["type"]>(
    type: T,
    fits: (message: Said<T>) => boolean = () => true,
    after = 0,
  ): Promise<Said<T>> {
    let next = after;
    return eventually(`the agent says ${type}`, () => {
      for (; next < this.said.length; next++) {
        const message = this.said[next]!;
        if (message.type === type && fits(message as Said<T>)) return message as Said<T>;
      }
      return undefined;
    });
  }
  send(message: unknown): void {
    this.socket?.send(typeof message === "string" ? message : JSON.stringify(message));
  }
  /** Orders a whole set on the newest pulse, and waits until the agent has applied the set. */
  async apply(faults: readonly FaultOrder[], watches: readonly Watch[] = []): Promise<void> {
    const before = this.said.length;
    const gen = this.order(faults, watches);
    await this.hears(faults.length > 0 ? "applied" : "attest", (message) => message.gen === gen, before);
  }
  /** Orders without waiting; answers the generation. */
  order(faults: readonly unknown[], watches: readonly Watch[] = [], change: object = {}): number {
    // After an upgrade the process before still pulses, in a session of its own.
    const isCurrent = (message: ToServer): message is Said<"pulse"> =>
      message.type === "pulse" && message.session === this.sessionId;
    const basis = this.said.findLast(isCurrent)!.n;
    this.#granted = ++this.gen;
    const { sessionId: session, epoch, gen } = this;
    this.last = JSON.stringify({
      ...{ type: "apply", session, epoch, gen, basis, leaseMs: LEASE_MS, faults, watches, allotments: {} },
      ...change,
    });
    this.send(this.last);
    return gen;
  }
  /** Replaces the edges of the mesh. */
  change(edges: readonly EdgeOrder[]): void {
    this.#edges = edges;
    this.send({ type: "edges", session: this.sessionId, edges });
  }
  drop(nonce: string): Promise<Said<"attest">> {
    this.send({ type: "drop", nonce });
    return this.hears("attest", (message) => message.nonce === nonce);
  }

  #connected(socket: WebSocket): void {
    this.socket = socket;
    socket.on("message", (data) => {
      const message = toServer.parse(JSON.parse(String(data))) as ToServer;
      this.said.push(message);
      if (message.type === "hello" && this.refusing !== null) {
        socket.close(this.refusing.code, this.refusing.reason);
        return;
      }
      if (message.type === "hello") {
        this.session++;
        this.#granted = 0;
        const { sessionId: session, epoch } = this;
        this.send({ type: "welcome", session, epoch, leaseMs: LEASE_MS, edges: this.#edges, minor: this.minor });
      }
      const isCurrent = message.type === "pulse" && message.session === this.sessionId;
      if (isCurrent && this.renewing && this.#granted > 0) {
        const { sessionId: session, epoch } = this;
        this.send({ type: "renew", session, epoch, gen: this.#granted, basis: message.n, leaseMs: LEASE_MS });
      }
    });
    socket.on("error", () => {});
  }
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
export const eventually = async <T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  withinMs = 15_000,
): Promise<T> => {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > untilMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(10);
  }
};
