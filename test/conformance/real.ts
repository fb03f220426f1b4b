/**
 * Real sockets around an edge: a callee with counts of its own, the edge under the real clock, and callers that measure
 * time.
 */
import { createServer, type Server, Socket } from "node:net";
import { systemClock } from "../../agent/clock/clock.ts";
import type { EdgeOrder, FaultOrder } from "../../agent/contract/messages.ts";
import { Allotments } from "../../agent/faults/allotments.ts";
import { EdgeFaults } from "../../agent/faults/edge-faults.ts";
import { holdingOf } from "../../agent/held/holding.ts";
import type { Observer, Outcome } from "../../agent/metrics/observer.ts";
import { serveHttp } from "../../agent/splice/http1.ts";
import { serveTcp } from "../../agent/splice/tcp.ts";
import { chooseTransports } from "../../agent/transport/choose.ts";
import type { Protocol } from "../../experiments/model/mesh/mesh.ts";
import { asInstance } from "../../experiments/model/names.ts";
import { EDGE } from "./stage.ts";

const { transports } = await chooseTransports(systemClock);

export const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
/** Waits until the condition holds; a condition that never holds fails with the message `what`. */
export const until = async (what: string, holds: () => boolean, withinMs = 5_000): Promise<number> => {
  const begunMs = performance.now();
  while (!holds()) {
    if (performance.now() - begunMs > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(2);
  }
  return performance.now() - begunMs;
};

export interface Edge {
  readonly port: number;
  readonly faults: EdgeFaults;
  readonly outcomes: readonly Outcome[];
  readonly allotments: Allotments;
  readonly open: () => number;
  /** Makes exactly these live. */
  order(...orders: readonly FaultOrder[]): void;
  receipt(name?: string): ReturnType<EdgeFaults["receipts"]>[number];
  close(): Promise<void>;
}
export const openEdge = async (protocol: Protocol, calleePort: number): Promise<Edge> => {
  const endpoint = `127.0.0.1:${calleePort}`;
  const order: EdgeOrder = { id: EDGE, listen: "127.0.0.1:0", protocol, endpoints: [endpoint], healthPath: null };
  const allotments = new Allotments();
  const clock = systemClock;
  const shared = { clock, holding: holdingOf(clock), allotments, expired: () => false };
  const faults = new EdgeFaults(order, { ...shared, instance: asInstance("agent-1") });
  const outcomes: Outcome[] = [];
  const defects: unknown[] = [];
  const note = (outcome: Outcome) => void outcomes.push(outcome);
  const observer: Observer = {
    began: () => null,
    ended: (_, outcome) => note(outcome),
    unread: note,
    refused() {},
    turnedAway() {},
  };
  const edge = await (protocol === "tcp" ? serveTcp : serveHttp)(order, faults, observer, {
    ...{ transports, clock },
    report: (error) => defects.push(error),
  });
  return {
    port: edge.address.port,
    faults,
    outcomes,
    allotments,
    open: () => edge.connections,
    order(...orders) {
      const nowMs = clock.nowMs();
      faults.order(orders, ({ notAfterMs }) => nowMs + notAfterMs, nowMs);
    },
    receipt: (name = "slow payments") => faults.receipts(clock.nowMs()).find(({ fault }) => fault === name)!,
    async close() {
      faults.close(clock.nowMs());
      await edge.close();
      if (defects.length > 0) throw new AggregateError(defects, "defects of the agent's own");
    },
  };
};

/** A callee of bytes. `answer` gets each connection; the callee's counts are independent of the agent's. */
export const tcpCallee = async (answer: (socket: Socket, callee: TcpCallee) => void): Promise<TcpCallee> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const callee: TcpCallee = {
    port: (server.address() as { port: number }).port,
    connections: 0,
    resets: 0,
    received: 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
  server.on("connection", (socket) => {
    callee.connections++;
    sockets.add(socket);
    socket.on("data", (bytes) => {
      callee.received += bytes.length;
    });
    socket.on("error", () => callee.resets++);
    socket.on("close", () => sockets.delete(socket));
    answer(socket, callee);
  });
  return callee;
};
export interface TcpCallee {
  readonly port: number;
  connections: number;
  resets: number;
  received: number;
  close(): Promise<void>;
}
/** Sends back received bytes, FIN included. */
export const echo = (socket: Socket) => socket.pipe(socket);

/** A caller that records the events on its connection. */
export class Caller {
  readonly socket: Socket;
  readonly chunks: { readonly bytes: Buffer; readonly atMs: number }[] = [];
  readonly begunMs = performance.now();
  end: "open" | "fin" | "reset" = "open";
  endedMs = 0;

  constructor(port: number) {
    this.socket = new Socket({ allowHalfOpen: true });
    this.socket.on("data", (bytes: Buffer) => this.chunks.push({ bytes, atMs: this.elapsedMs }));
    this.socket.on("end", () => this.#ended("fin"));
    this.socket.on("error", () => this.#ended("reset"));
    this.socket.setNoDelay(true);
    this.socket.connect({ host: "127.0.0.1", port });
  }
  static async connected(port: number): Promise<Caller> {
    const caller = new Caller(port);
    await new Promise<void>((done) => caller.socket.once("connect", done));
    return caller;
  }
  get elapsedMs(): number {
    return performance.now() - this.begunMs;
  }
  get received(): Buffer {
    return Buffer.concat(this.chunks.map(({ bytes }) => bytes));
  }
  get size(): number {
    return this.chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }
  finish(): void {
    this.socket.end();
  }
  gets(size: number, withinMs?: number): Promise<number> {
    return until(`${size} bytes back`, () => this.size >= size, withinMs);
  }
  ends(how: "fin" | "reset", withinMs?: number): Promise<number> {
    return until(`an end by ${how} (it is ${this.end})`, () => this.end === how, withinMs);
  }
  #ended(how: "fin" | "reset"): void {
    if (this.end === "reset") return;
    this.end = how;
    this.endedMs = this.elapsedMs;
  }
}
