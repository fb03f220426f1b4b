/** An HTTP edge of a real agent between real sockets: the base of the data path's tests. */
import { spawn } from "node:child_process";
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { systemClock } from "../../agent/clock/clock.ts";
import type { EdgeOrder, FaultOrder } from "../../agent/contract/messages.ts";
import { Allotments } from "../../agent/faults/allotments.ts";
import { EdgeFaults } from "../../agent/faults/edge-faults.ts";
import { holdingOf } from "../../agent/held/holding.ts";
import type { Observer, Outcome } from "../../agent/metrics/observer.ts";
import { serveHttp } from "../../agent/splice/http1.ts";
import type { HttpLimits } from "../../agent/splice/http1-edge-context.ts";
import { handleTransports } from "../../agent/transport/handle.ts";
import type { Transports } from "../../agent/transport/transport.ts";
import type { FaultAction } from "../../experiments/model/faults/index.ts";
import type { EdgeLimits } from "../../experiments/model/mesh/edge-limits.ts";
import { asEdgeId, asFaultId, asInstance, asRunId, type FaultName } from "../../experiments/model/names.ts";

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Time after which a wait has failed; no measure of speed: a busy machine took over 5 s to relay 24 MiB. */
const VAIN_MS = 30_000;
/** Waits until the condition holds, or fails with the last seen value. */
export const eventually = async (what: string, holds: () => boolean, seen: () => unknown = () => ""): Promise<void> => {
  for (const deadline = performance.now() + VAIN_MS; performance.now() < deadline; await sleep(5)) if (holds()) return;
  throw new Error(`${what} did not come within ${VAIN_MS / 1_000} s: ${JSON.stringify(seen())}`);
};

export interface Seen extends Omit<Outcome, "header"> {
  readonly server: string | undefined;
}
export interface Edge {
  readonly port: number;
  readonly faults: EdgeFaults;
  /** Every exchange that has ended, in order. */
  readonly ended: readonly Seen[];
  readonly began: { count: number };
  /** Defects that the agent reported: expected to be none in every test. */
  readonly defects: readonly unknown[];
  /** Codes of all refusals, in order. */
  readonly refused: readonly string[];
  readonly connections: number;
  readonly upstreams: number;
  /** Changes the edge's endpoints. */
  change(ports: readonly number[]): Promise<void>;
  /** Changes the limits of the mesh file. */
  limit(own: Partial<EdgeLimits>): Promise<void>;
  /** Makes exactly these faults live; each ends without further orders after 60 s. */
  strike(...actions: readonly (FaultAction | Partial<FaultOrder>)[]): void;
  close(): Promise<void>;
  /** Accepts no more connections; each answer says that its connection ends. */
  drain(): Promise<void>;
}
export interface EdgeOptions {
  readonly limits?: Partial<HttpLimits>;
  /** Limits of the mesh file. */
  readonly own?: Partial<EdgeLimits>;
  readonly transports?: Transports;
  /** Gives every exchange a watch, so that the answer's headers are kept. */
  readonly watch?: boolean;
}

const EDGE = asEdgeId("caller->callee");

export const startEdge = async (upstream: number | readonly number[], options: EdgeOptions = {}): Promise<Edge> => {
  const ports = typeof upstream === "number" ? [upstream] : upstream;
  const order: EdgeOrder = {
    id: EDGE,
    listen: "127.0.0.1:0",
    protocol: "http",
    endpoints: ports.map((port) => `127.0.0.1:${port}`),
    healthPath: null,
    ...(options.own === undefined ? {} : { limits: options.own }),
  };
  const holding = holdingOf(systemClock);
  const ground = { clock: systemClock, holding, expired: () => false, allotments: new Allotments() };
  const faults = new EdgeFaults(order, { ...ground, instance: asInstance("agent-1") });
  const ended: Seen[] = [];
  const began = { count: 0 };
  const defects: unknown[] = [];
  const refused: string[] = [];
  const note = (outcome: Outcome): void => {
    const { treated, startedMs, endedMs, status, bytesIn, bytesOut, end, cancelled = false } = outcome;
    const server = outcome.header?.("server");
    ended.push({ treated, startedMs, endedMs, status, bytesIn, bytesOut, end, server, cancelled });
  };
  const observer: Observer = {
    began() {
      began.count++;
      return options.watch === true ? { isTreated: null } : null;
    },
    ended: (_watched, outcome) => note(outcome),
    unread: note,
    refused: (code) => refused.push(code),
    turnedAway: (lack) => refused.push(lack),
  };
  const served = await serveHttp(order, faults, observer, {
    transports: options.transports ?? handleTransports(systemClock),
    clock: systemClock,
    report: (defect) => defects.push(defect),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  return {
    port: served.address.port,
    faults,
    ended,
    began,
    defects,
    refused,
    get connections() {
      return served.connections;
    },
    get upstreams() {
      return served.upstreams;
    },
    change: (next) => served.change({ ...order, endpoints: next.map((port) => `127.0.0.1:${port}`) }),
    limit: (own) => served.change({ ...order, limits: own }),
    drain: () => served.drain(),
    strike(...actions) {
      const orders = actions.map((given, i) => faultOrder(given, i));
      faults.order(orders, () => systemClock.nowMs() + 60_000, systemClock.nowMs());
    },
    async close() {
      faults.close(systemClock.nowMs());
      await served.close();
    },
  };
};

const faultOrder = (given: FaultAction | Partial<FaultOrder>, i: number): FaultOrder => {
  const order: FaultOrder = {
    id: asFaultId(`run-1/fault-${i}@${EDGE}`),
    run: asRunId("run-1"),
    name: `fault ${i}` as FaultName,
    edge: EDGE,
    endpoints: null,
    action: { kind: "abort", params: { status: 503, body: "", headers: {} } },
    match: null,
    share: { steps: [1], eachMs: 0, by: "request" },
    pulse: null,
    seed: 1,
    stealth: false,
    shadow: false,
    notAfterMs: 60_000,
  };
  return "kind" in given ? { ...order, action: given } : { ...order, ...given };
};

export interface Upstream {
  readonly port: number;
  /** Sockets open to this callee. */
  readonly sockets: Set<Socket>;
  /** Sockets ever opened to this callee. */
  readonly opened: () => number;
  /** Requests that an HTTP callee has heard. */
  readonly requests: () => number;
  close(): Promise<void>;
}

export const startHttp = (handle: RequestListener, set: (server: HttpServer) => void = () => {}): Promise<Upstream> => {
  const server = createHttpServer(handle);
  set(server);
  return listening(server);
};
/** A callee that sends exactly the bytes of the test. */
export const startTcp = (serve: (socket: Socket) => void): Promise<Upstream> => {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => {});
    serve(socket);
  });
  return listening(server);
};
const listening = (server: Server): Promise<Upstream> => {
  const sockets = new Set<Socket>();
  let [opened, requests] = [0, 0];
  server.on("request", () => requests++);
  server.on("connection", (socket: Socket) => {
    opened++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        sockets,
        opened: () => opened,
        requests: () => requests,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      }),
    );
  });
};
/** A port without a listener. */
export const deadPort = async (): Promise<number> => {
  const { port, close } = await startTcp(() => {});
  await close();
  return port;
};

/** A port whose dials never end: its process accepts nothing, and its backlog is full. */
export const deafPort = async (): Promise<{ readonly port: number; close(): Promise<void> }> => {
  const server = spawn(process.execPath, ["-e", DEAF], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((done) => server.stdout.once("data", (text) => done(Number(text))));
  const fillers = Array.from({ length: 4 }, () => connect({ port, host: "127.0.0.1" }).on("error", () => {}));
  await sleep(100);
  return {
    port,
    close: async () => {
      server.kill("SIGKILL");
      for (const filler of fillers) filler.destroy();
    },
  };
};
const DEAF = `
  const server = require("node:net").createServer().listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => {
    require("node:fs").writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** A caller that writes raw bytes and keeps all received bytes. */
export class Caller {
  readonly socket: Socket;
  text = "";
  /** End of the connection; null: still open. */
  end: "fin" | "rst" | null = null;
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.socket.on("data", (bytes: Buffer) => {
      this.text += bytes.toString("latin1");
    });
    this.socket.on("end", () => {
      this.end ??= "fin";
      this.socket.end();
    });
    this.socket.on("error", () => {
      this.end = "rst";
    });
    this.closed = new Promise((resolve) => this.socket.on("close", () => resolve()));
  }
  send(text: string | Buffer): this {
    this.socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
    return this;
  }
  /** All text until the connection ends. */
  async all(): Promise<string> {
    await this.closed;
    return this.text;
  }
  async until(part: string): Promise<string> {
    await eventually(
      `"${part}"`,
      () => this.text.includes(part),
      () => this.text.slice(-500),
    );
    return this.text;
  }
  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }
}
/** Sends bytes, and returns all text until the connection ends. */
export const exchange = (port: number, bytes: string | Buffer): Promise<string> => new Caller(port).send(bytes).all();

export const get = (path: string, ...headers: string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: callee\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`;
