/** The built dashboard behind the server's own headers, and an API that serves synthetic data. */
import Fastify from "fastify";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asEdgeId, asRunId } from "../../experiments/model/names.ts";
import { dice } from "../../experiments/model/statistics/random.ts";
import { serveDashboard } from "../../server/api/dashboard.ts";
import type { Api } from "../../server/contract/index.ts";
import { strikeOf, trafficOf } from "./dashboard-mesh.ts";

const [SECOND_MS, FAULT_MS, REMEMBERED] = [1_000, 45_000, 300];

/** `folder`: the folder of the built dashboard, when other than the package's own. */
export const serveMadeUp = async (
  mesh: Mesh,
  folder?: string,
): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const app = Fastify();
  const begun = Date.now();
  const now = () => {
    const tick = Math.floor((Date.now() - begun) / SECOND_MS);
    const endsAt = new Date(begun + (Math.floor((Date.now() - begun) / FAULT_MS) + 1) * FAULT_MS);
    return trafficOf(mesh, tick, new Date(), endsAt);
  };
  const who: Api["GET /api/v1/session"]["reply"] = { name: "bench", role: "admin", expiresAt: null };
  const answers: { readonly [path: string]: unknown } = {
    "/api/v1/session": who,
    "/api/v1/gate": { halted: null } satisfies Api["GET /api/v1/gate"]["reply"],
    "/api/v1/mesh": {
      mesh,
      revision: mesh.name,
      sources: [],
      discovered: [],
    } satisfies Api["GET /api/v1/mesh"]["reply"],
  };
  for (const [path, answer] of Object.entries(answers)) app.get(path, async () => answer);
  app.post("/api/v1/session", async () => who);
  app.get("/api/v1/traffic", async () => now());
  app.get("/api/v1/traffic/events", (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream" });
    const send = () => reply.raw.write(`event: traffic\ndata: ${JSON.stringify(now())}\n\n`);
    send();
    const timer = setInterval(send, SECOND_MS);
    reply.raw.on("close", () => clearInterval(timer));
  });
  app.get<{ Params: { edge: string } }>("/api/v1/traffic/edges/:edge", async ({ params }) => {
    const last = Math.floor(Date.now() / SECOND_MS);
    const seconds = Array.from({ length: REMEMBERED }, (_, index) => {
      const second = last - REMEMBERED + index;
      const chance = dice(second, params.edge);
      const struck = index > 240;
      const exchanges = Math.round(36 + 8 * chance());
      const p50Ms = (struck ? 2_000 : 6) + 2 * chance();
      return {
        ...{ at: new Date(second * SECOND_MS).toISOString(), exchanges, treated: struck ? exchanges : 0 },
        ...{ failed: struck ? Math.round(3 * chance()) : 0, cancelled: 0, p50Ms, p99Ms: p50Ms + 20 + 30 * chance() },
      };
    });
    return { edge: asEdgeId(params.edge), seconds } satisfies Api["GET /api/v1/traffic/edges/:edge"]["reply"];
  });
  app.get("/api/v1/runs/:id", async () => reportOf(mesh, begun));
  await serveDashboard(app, folder);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { url, close: () => app.close() };
};

const BASELINE_MS = 10_000;
const reportOf = (mesh: Mesh, begun: number): Api["GET /api/v1/runs/:id"]["reply"] => {
  const { edge } = strikeOf(mesh);
  const hits = Math.round((Date.now() - begun) / 25);
  return {
    ...{
      id: asRunId("made-up-run"),
      file: null,
      experiment: "checkout-survives-slow-payments",
      description: "",
      mode: "full",
    },
    ...{ state: "injecting", phase: "during", verdict: null, because: null, reason: "", injected: true, seed: 42 },
    ...{ startedAt: new Date(begun - BASELINE_MS).toISOString(), durationMs: Date.now() - begun + BASELINE_MS },
    spans: { baseline: { fromMs: 0, toMs: BASELINE_MS }, during: { fromMs: BASELINE_MS, toMs: null } },
    ...{ faults: [], expectations: [], recoveredMs: null, audit: [], residue: [] },
    receipts: [
      {
        ...{ fault: "it is slow", from: edge.from, to: edge.to, unit: "exchange", seen: hits, matched: hits },
        ...{ injected: hits, spared: 0, capped: 0, untouched: 0, ordinals: [] },
      },
    ],
  };
};
