/** The live mesh over the API: a real server, a real agent on three edges, and requests that really pass. */
import { createServer, type Server as HttpServer, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedToken } from "../../agent/credential/credential.ts";
import { type RunningAgent, startAgent } from "../../agent/start.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asInstance, edgeId } from "../../experiments/model/names.ts";
import type { Radius, TrafficNow } from "../../server/contract/index.ts";
import { trafficNow } from "../../server/contract/traffic.ts";
import { noLog } from "../../server/log.ts";
import { type Server, startServer } from "../../server/server.ts";
import { freePorts } from "../ports.ts";
import { experimentOf, listen, newFolder, TOKEN, until } from "../server/house.ts";
import { UNLIMITED } from "./stage.ts";

const EDGES = ["front->middle", "middle->back", "middle->store"] as const;
const PER_SECOND = 15;
/** Long beside the delay that a busy machine adds. */
const DELAY_MS = 3_000;

let server: Server;
let agent: RunningAgent;
const closing: (() => unknown)[] = [];
let front = "";

const serveBy = async (respond: (request: IncomingMessage) => Promise<void>): Promise<string> => {
  const serving: HttpServer = createServer((asked, response) => {
    respond(asked).then(
      () => response.end("ok"),
      () => response.writeHead(500).end(),
    );
  });
  closing.push(
    () => serving.close(),
    () => serving.closeAllConnections(),
  );
  return listen(serving);
};
const get = async (address: string): Promise<void> => {
  const response = await fetch(`http://${address}/`, { headers: { connection: "close" } });
  await response.text();
};
const send = (method: string, path: string, body?: unknown, token = TOKEN) =>
  fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** front calls middle, which calls back and waits for the answer, and calls store without waiting. */
beforeAll(async () => {
  const ports = await freePorts(EDGES.length);
  const [toMiddle, toBack, toStore] = ports.map((port) => `127.0.0.1:${port}`) as [string, string, string];
  const quick = async () => {};
  const addresses = {
    front: "127.0.0.1:9",
    middle: await serveBy(async () => {
      void get(toStore).catch(() => {});
      await get(toBack);
    }),
    back: await serveBy(quick),
    store: await serveBy(quick),
  };
  const mesh: Mesh = {
    name: "three",
    directory: null,
    services: Object.entries(addresses).map(([name, address]) => ({
      ...{ name, labels: {}, command: null, env: {}, endpoints: [{ address, labels: {} }] },
      ...{ ready: { tcp: true } as const, startMs: 1_000, protected: false },
    })),
    edges: EDGES.map((id, i) => {
      const [from, to] = id.split("->") as [string, string];
      return { id: edgeId(from, to), from, to, listen: `127.0.0.1:${ports[i]}`, protocol: "http" as const };
    }),
  };
  server = await startServer({
    ...{ folder: newFolder(), mesh, listen: { host: "127.0.0.1", port: 0 }, token: TOKEN },
    ...{ allowExec: false, log: noLog, rates: UNLIMITED },
  });
  closing.push(() => server.close());
  await new Promise<void>((onListening, onUnable) => {
    void startAgent({
      ...{
        instance: asInstance("all"),
        cluster: "test",
        version: "0",
        edges: [],
        control: null,
        bootFile: null,
        log: () => {},
      },
      server: { urls: [server.url], credential: fixedToken(TOKEN), tls: {} },
      ...{ onListening: () => onListening(), onUnable },
    }).then((running) => {
      agent = running;
      closing.push(() => agent.close(0));
    }, onUnable);
  });
  const asking = setInterval(() => void get(toMiddle).catch(() => {}), 1_000 / PER_SECOND);
  closing.push(() => clearInterval(asking));
  front = toMiddle;
});
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Reads events until the first that is wanted. */
const watch = async (what: string, isWanted: (now: TrafficNow) => boolean, token = TOKEN): Promise<TrafficNow> => {
  const response = await send("GET", "/traffic/events", undefined, token);
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const endMs = performance.now() + 25_000;
  let [text, last] = ["", ""];
  try {
    while (performance.now() < endMs) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
      const events = text.split("\n\n");
      text = events.pop()!;
      for (const event of events) {
        expect(event.split("\n")[0]).toBe("event: traffic");
        const now = trafficNow.parse(JSON.parse(event.slice(event.indexOf("data: ") + 6)));
        last = event;
        if (isWanted(now)) return now;
      }
    }
  } finally {
    await reader.cancel();
  }
  throw new Error(`waited in vain until ${what}; last was ${last}`);
};
const stateOf = (radius: Radius | undefined, service: string) =>
  radius?.services.find((one) => one.service === service)?.state;

describe("the live mesh", () => {
  it("tells each viewer what passes each edge", async () => {
    const { token } = (await (await send("POST", "/tokens", { name: "looks", role: "viewer" })).json()) as {
      token: string;
    };
    const isBusy = ({ edges }: TrafficNow) =>
      edges.length === EDGES.length && edges.every(({ perSecond, p99Ms }) => perSecond > 3 && p99Ms !== null);
    const now = await watch("all edges are busy", isBusy, token);
    for (const edge of now.edges) expect(edge).toMatchObject({ errors: 0, treatedPerSecond: 0 });
    const one = await (await send("GET", "/traffic", undefined, token)).json();
    expect(
      trafficNow
        .parse(one)
        .edges.map(({ edge }) => edge)
        .toSorted(),
    ).toEqual([...EDGES]);
    const edge = await send("GET", `/traffic/edges/${encodeURIComponent("middle->back")}`, undefined, token);
    const { seconds } = (await edge.json()) as { seconds: { exchanges: number }[] };
    expect(seconds.at(-1)!.exchanges).toBeGreaterThan(0);
    const unknown = await send("GET", "/traffic/edges/nobody", undefined, token);
    expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([404, "no-such-edge"]);
  });

  it("shows a run's fault on its edge, the damage at its caller, and how it fades", async () => {
    const spec = {
      phases: { warmup: "1s", baseline: "3s", during: "30s", recovery: { within: "20s", hold: "1s" } },
      hypothesis: [
        {
          name: "back gets asked",
          http: { url: `http://${front}/`, timeout: "10s", every: "250ms" },
          good: { status: "2xx", within: "500ms" },
          objective: "50%",
        },
      ],
      faults: [{ name: "back is slow", edge: { from: "middle", to: "back" }, latency: { delay: `${DELAY_MS}ms` } }],
    };
    const started = await send("POST", "/runs", { experiment: experimentOf({ spec }), attached: false });
    const { id } = (await started.json()) as { id: string };
    const isDamaged = ({ radii, edges }: TrafficNow) =>
      ["front", "middle"].every((service) => stateOf(radii[0], service) === "slow") &&
      edges.some(({ edge, p95Ms }) => edge === "middle->back" && p95Ms !== null && p95Ms > DELAY_MS * 0.9);
    const damaged = await watch("middle is slower, and so front", isDamaged);
    expect(damaged.faults).toEqual([
      {
        ...{ run: id, fault: "back is slow", kind: "latency", description: expect.any(String), edge: "middle->back" },
        label: "+3 s",
        ...{ share: 1, endsAt: expect.any(String) },
      },
    ]);
    const leftMs = Date.parse(damaged.faults[0]!.endsAt!) - Date.parse(damaged.at);
    expect([leftMs > 0, leftMs <= 30_000]).toEqual([true, true]);
    const radius = damaged.radii[0]!;
    expect(radius).toMatchObject({ run: id, state: "injecting", struck: ["middle->back"], measured: true });
    expect(radius.declared).toEqual([
      { service: "front", may: "slow" },
      { service: "middle", may: "fail" },
    ]);
    const slower = radius.edges.filter(({ how }) => how === "slow").map(({ edge }) => edge);
    expect(slower).toEqual(expect.arrayContaining(["front->middle", "middle->back"]));
    const leaks = radius.services.filter(({ service, leak }) => leak && ["front", "middle", "back"].includes(service));
    expect(leaks).toEqual([]);

    await send("POST", `/runs/${id}/halt`, { reason: "it was seen" });
    await until("the run is over", async () => {
      const report = (await (await send("GET", `/runs/${id}`)).json()) as { state: string };
      return report.state === "finished";
    });
    const after = await watch("nothing is under way", ({ radii }) => radii.length === 0);
    expect(after.faults).toEqual([]);
  });

  it("keeps no server from closing, however long its streams stay open and unread", async () => {
    const { hostname, port } = new URL(server.url);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const ended = new Promise<string>((resolve) => {
      const asked = request({ hostname, port, path: "/api/v1/traffic/events", headers }, (response) => {
        response.once("data", () => response.pause());
        response.on("close", () => resolve("closed"));
        response.on("error", () => resolve("closed"));
        void server.close().then(() => response.resume());
      });
      asked.on("error", () => resolve("closed"));
      asked.end();
    });
    expect(await ended).toBe("closed");
  });
});
