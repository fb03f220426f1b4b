/** Choice of an endpoint on real sockets: callers from several addresses of this machine, callees that count. */
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../agent/clock/clock.ts";
import type { EdgeOrder } from "../../agent/contract/messages.ts";
import { Allotments } from "../../agent/faults/allotments.ts";
import { EdgeFaults } from "../../agent/faults/edge-faults.ts";
import { holdingOf } from "../../agent/held/holding.ts";
import { serveHttp } from "../../agent/splice/http1.ts";
import { serveTcp } from "../../agent/splice/tcp.ts";
import { chooseTransports } from "../../agent/transport/choose.ts";
import { TIERS } from "../../agent/transport/transport.ts";
import { asInstance } from "../../experiments/model/names.ts";
import { EDGE } from "../conformance/stage.ts";

/** Callees that answer each connection with their own port, and end it. */
const callees: Server[] = [];
const portOf = (server: Server): number => (server.address() as { port: number }).port;
beforeAll(async () => {
  for (let i = 0; i < 3; i++) {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      const port = String(portOf(server));
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${port.length}\r\nConnection: close\r\n\r\n${port}`);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    callees.push(server);
  }
});
afterAll(() => {
  for (const server of callees) server.close();
});

/** Port of the callee that a connection from this address reaches through the edge. */
const reached = async (port: number, from: string): Promise<number> => {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from });
  socket.write("GET / HTTP/1.1\r\nHost: callee\r\n\r\n");
  let text = "";
  for await (const bytes of socket) text += String(bytes);
  return Number(text.slice(text.indexOf("\r\n\r\n")));
};
const throughEdge = async (
  { protocol, balance, tier = "raw" }: Pick<EdgeOrder, "protocol" | "balance"> & { tier?: (typeof TIERS)[number] },
  callers: readonly string[],
): Promise<readonly number[]> => {
  const order: EdgeOrder = {
    ...{ id: EDGE, listen: "127.0.0.1:0", protocol, healthPath: null },
    endpoints: callees.map((server) => `127.0.0.1:${portOf(server)}`),
    ...(balance !== undefined && { balance }),
  };
  const clock = systemClock;
  const faults = new EdgeFaults(order, {
    ...{ clock, holding: holdingOf(clock), instance: asInstance("agent-1") },
    ...{ allotments: new Allotments(), expired: () => false },
  });
  const { transports } = await chooseTransports(clock, undefined, tier);
  const observer = { began: () => null, ended() {}, unread() {}, refused() {}, turnedAway() {} };
  const deps = { transports, clock, instance: "agent-1", report: (error: unknown) => expect.fail(String(error)) };
  const edge = await (protocol === "tcp" ? serveTcp : serveHttp)(order, faults, observer, deps);
  try {
    const ports: number[] = [];
    for (const from of callers) ports.push(await reached(edge.address.port, from));
    return ports;
  } finally {
    await edge.close();
  }
};
const distinct = (ports: readonly number[]): number => new Set(ports).size;
const SAME = Array.from({ length: 6 }, () => "127.0.0.1");
const MANY = Array.from({ length: 30 }, (_, i) => `127.0.1.${i + 1}`);

describe("connections of a client", () => {
  it.each(TIERS)("on tcp reach the same endpoint, and clients spread over all, on the tier %s", async (tier) => {
    expect(distinct(await throughEdge({ protocol: "tcp", tier }, SAME))).toBe(1);
    const ports = await throughEdge({ protocol: "tcp", tier }, [...MANY, ...MANY]);
    expect(ports.slice(0, 30)).toEqual(ports.slice(30));
    expect(distinct(ports)).toBe(3);
  });
  it("on http reach each endpoint in turn, unless the edge asks for one", async () => {
    expect(distinct(await throughEdge({ protocol: "http" }, SAME))).toBe(3);
    expect(distinct(await throughEdge({ protocol: "http", balance: "client" }, SAME))).toBe(1);
    expect(distinct(await throughEdge({ protocol: "tcp", balance: "turn" }, SAME))).toBe(3);
  });
});
