/**
 * Thousands of requests made from the server's OpenAPI document, over every route, by several clients at once. None may
 * break the server, hang, or get an answer outside the contract. The seed is printed on a failure.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api } from "../../server/contract/index.ts";
import { noLog } from "../../server/log.ts";
import { type Server, startServer } from "../../server/server.ts";
import { describeOnPostgres, startPostgres } from "../postgres.ts";
import { experimentOf, meshOf, newFolder, TOKEN, until } from "../server/house.ts";
import { often } from "../soak.ts";
import { type Fuzzed, fuzz } from "./fuzzing.ts";
import type { Known, OpenApi } from "./requests.ts";
import { openStage, type Stage, UNLIMITED } from "./stage.ts";

const REQUESTS = often(2_000, 10_000);
const ON_POSTGRES = often(1_000, 1_500);
const SEED = Number(process.env.SQUALL_FUZZ_SEED ?? Date.now() % 2 ** 31);

const applied = (kind: string, spec: unknown) => ({
  path: `/api/v1/documents/${kind}/tiny`,
  body: { apiVersion: "squall.dev/v1", kind, metadata: { name: "tiny" }, spec },
});
const STARTS = [{ body: { experiment: experimentOf() } }, { body: { stored: { name: "tiny" } } }];
const EXAMPLES: Known["examples"] = {
  "PUT /api/v1/documents/{kind}/{name}": [
    { path: "/api/v1/documents/Experiment/tiny", body: experimentOf() },
    applied("Schedule", { experiment: "tiny", cron: "* * * * *", timeZone: "UTC", jitter: "10s" }),
    applied("Policy", { protected: ["payments"] }),
    applied("Policy", { allow: { faults: ["latency"], share: "50%" } }),
    applied("Mesh", { services: { other: { endpoints: ["127.0.0.1:9"] } }, edges: [] }),
  ],
  "POST /api/v1/runs": STARTS,
  "POST /api/v1/plan": STARTS,
};
const knownOf = (run: string): Known => ({
  values: {
    id: [run, "nobody"],
    name: ["tiny", "tiny", "nobody"],
    kind: ["Experiment", "Mesh", "Schedule", "Policy"],
    edge: ["gateway->payments"],
    experiment: ["tiny", experimentOf(), experimentOf({ spec: { faults: [] } })],
    "if-match": ["*"],
    token: [TOKEN],
    role: ["viewer", "join"],
  },
  examples: EXAMPLES,
  seldom: ["GET /api/v1/verify", "GET /api/v1/backup"],
});

/** Requests that are all refused early would find no bug. */
const expectClean = ({ wrong, met }: Fuzzed) => {
  expect(wrong.slice(0, 5), `SQUALL_FUZZ_SEED=${SEED} sends the same again`).toEqual([]);
  const reached = [...met].filter(([, statuses]) => [...statuses].some((status) => status < 400));
  expect(reached.length).toBeGreaterThan(Object.keys(api).length * 0.7);
};

describe("the API", () => {
  let stage: Stage;
  let document: OpenApi;
  beforeAll(async () => {
    stage = await openStage();
    document = (await stage.ask("GET /api/v1/openapi.json")).body;
  });
  afterAll(() => stage.close());

  it(`answers ${REQUESTS} generated requests as its contract says, and works after`, { timeout: 240_000 }, async () => {
    const run = await stage.house.start(experimentOf());
    await stage.ask(`POST /api/v1/runs/${run}/halt`, { body: { reason: "it only has to be there" } });
    await stage.house.ended(run);
    const { url } = stage.house.server;
    expectClean(await fuzz({ url, document, seed: SEED, known: knownOf(run), count: REQUESTS }));
    await stillWorks(stage);
  });
});

const stillWorks = async ({ ask, house }: Stage) => {
  await ask("POST /api/v1/halt", { body: { reason: "the fuzzing is over", latch: false } });
  await ask("POST /api/v1/release", { body: {} });
  await ask("DELETE /api/v1/documents/Schedule/tiny");
  await ask("DELETE /api/v1/documents/Policy/tiny");
  expect((await ask("GET /healthz")).status).toBe(200);
  await until("no run is live", async () => (await ask("GET /api/v1/server")).body.runs.live === 0, 60_000);
  const { agents } = (await ask("GET /api/v1/agents")).body;
  expect(agents.some(({ connected }: { connected: boolean }) => connected)).toBe(true);
  const id = await house.start(experimentOf());
  expect((await ask(`GET /api/v1/runs/${id}`)).body).toMatchObject({ id, experiment: "tiny" });
  await ask(`POST /api/v1/runs/${id}/halt`, { body: { reason: "it was started: that is enough" } });
  expect((await house.ended(id)).verdict).toBe("HALTED");
};

/** Differences between the two databases would be found here: NUL in a text, a number of 53 bits. */
describeOnPostgres("the API on PostgreSQL", () => {
  const opened: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const close of opened.toReversed()) await close();
  });
  it(`answers ${ON_POSTGRES} generated requests as its contract says`, { timeout: 240_000 }, async () => {
    const postgres = await startPostgres();
    opened.push(() => postgres.stop());
    const server: Server = await startServer({
      ...{ folder: newFolder(), mesh: meshOf("127.0.0.1:9"), listen: { host: "127.0.0.1", port: 0 }, token: TOKEN },
      ...{ allowExec: false, log: noLog, databaseUrl: postgres.url(), rates: UNLIMITED },
    });
    opened.push(() => server.close());
    const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as OpenApi;
    const fuzzed = await fuzz({ url: server.url, document, seed: SEED, known: knownOf("nobody"), count: ON_POSTGRES });
    expectClean(fuzzed);
  });
});
