/**
 * A rollout of the callee in mid-run: instances are replaced under traffic and a live fault, as a mesh file or an
 * applied document tells. Real server, real agents, real services.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { ask, spawnAgent } from "../agent/process.ts";
import { checkJournals } from "../journals.ts";
import { freePort } from "../ports.ts";
import { sleep, until } from "../waiting.ts";
import { serveIn } from "./serve.ts";

interface Replica {
  readonly address: string;
  readonly version: string;
  /** Ends as a pod does: requests under way are answered, then the process is gone. */
  readonly stop: () => Promise<void>;
}
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const startReplica = async (version = "1"): Promise<Replica> => {
  const service = createServer((_, response) => response.end("ok"));
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const stop = async () => {
    if (!service.listening) return;
    const closed = once(service, "close");
    service.close();
    const idle = setInterval(() => service.closeIdleConnections(), 20);
    await closed;
    clearInterval(idle);
  };
  cleanUps.push(stop);
  return { address: `127.0.0.1:${(service.address() as AddressInfo).port}`, version, stop };
};

const meshOf = (replicas: readonly Replica[], port: number) => ({
  ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
  spec: {
    services: {
      checkout: {},
      payments: { endpoints: replicas.map(({ address, version }) => ({ address, labels: { version } })) },
    },
    edges: [{ from: "checkout", to: "payments", listen: `127.0.0.1:${port}` }],
  },
});
const experimentOn = (port: number, to: unknown = "payments", share = "100%") => ({
  ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "slow" } },
  spec: {
    phases: { warmup: "200ms", baseline: "4s", during: "12s", recovery: { within: "5s", hold: "500ms" } },
    hypothesis: [
      {
        name: "it answers",
        // Samples on kept connections would stay at the first endpoint: each opens a connection, as callers do in a rollout.
        http: { url: `http://127.0.0.1:${port}/`, via: "checkout", every: "50ms", headers: { connection: "close" } },
        good: { status: "2xx", within: "500ms" },
        objective: "95%",
      },
    ],
    faults: [{ name: "slow", edge: { from: "checkout", to }, latency: { delay: "30ms" }, share, hits: { atLeast: 1 } }],
  },
});

type Way = "file" | "document";
const openShop = async (way: Way, replicas: readonly Replica[]) => {
  const folder = mkdtempSync(join(tmpdir(), "squall-rollout-"));
  cleanUps.push(() => {
    checkJournals(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, "mesh.yaml");
  const port = await freePort();
  // JSON is YAML.
  const write = (present: readonly Replica[]) => writeFileSync(file, JSON.stringify(meshOf(present, port)));
  write(replicas);
  const server = await serveIn(folder, way === "file" ? file : undefined);
  cleanUps.push(server.close);
  const { call } = server;
  const put = async (present: readonly Replica[]) => {
    if (way === "file") write(present);
    else await call("PUT", "/api/v1/documents/Mesh/shop", meshOf(present, port));
  };
  await put(replicas);
  const agent = (instance: string, listen = port) => {
    const argv = ["--server", server.url, "--service", "checkout", "--instance", instance];
    const started = spawnAgent([...argv, "--listen", `checkout->payments=127.0.0.1:${listen}`]);
    cleanUps.push(async () => {
      started.kill("SIGKILL");
      await started.ended;
    });
    return started;
  };
  const answers = (at = port) =>
    until(`${at} is served`, async () => (await ask({ host: "127.0.0.1", port: at })).status === 200, 20_000);
  const report = (id: string) => call<RunReport>("GET", `/api/v1/runs/${id}`);
  const start = async (experiment: object) => {
    const { id } = await call<{ id: string }>("POST", "/api/v1/runs", { experiment, seed: 7 });
    const isHit = async () => {
      const { state, reason, receipts } = await report(id);
      if (state === "finished") throw new Error(`the run is over: ${reason}`);
      return (receipts[0]?.injected ?? 0) > 0;
    };
    await until("the fault hits", isHit, 20_000);
    return id;
  };
  const ended = async (id: string) => {
    await until("the run is over", async () => (await report(id)).state === "finished", 40_000);
    return report(id);
  };
  return { call, put, port, agent, answers, report, start, ended };
};
const hitsOf = (report: RunReport, { address }: Replica) => report.receipts[0]?.endpoints?.[address] ?? 0;

test.each<Way>(["file", "document"])(
  "three replicas replaced one by one do not halt the run: newcomers are hit within 3 s, and the verdict is as without (%s)",
  { timeout: 90_000 },
  async (way) => {
    const first = await Promise.all([startReplica(), startReplica(), startReplica()]);
    const shop = await openShop(way, first);
    shop.agent("checkout-1");
    await shop.answers();
    const id = await shop.start(experimentOn(shop.port));
    let present: readonly Replica[] = first;
    const came: Replica[] = [];
    for (const old of first) {
      const fresh = await startReplica();
      came.push(fresh);
      present = [...present.filter((replica) => replica !== old), fresh];
      await shop.put(present);
      await until("the newcomer is hit", async () => hitsOf(await shop.report(id), fresh) > 0, 3_000);
      await old.stop();
    }
    const report = await shop.ended(id);
    expect(report, report.reason).toMatchObject({ verdict: "HELD", residue: [] });
    for (const replica of [...first, ...came]) expect(hitsOf(report, replica)).toBeGreaterThan(0);
    expect(report.instances).toMatchObject(
      first.map((old, i) => ({ service: "payments", went: [old.address], came: [came[i]!.address] })),
    );
    expect(report.instances![0]!.says).toMatch(
      /^payments: 127\.0\.0\.1:\d+ went, 127\.0\.0\.1:\d+ came at \+\d\.\d s of during\.$/,
    );
  },
);

test("a single replica that is replaced outright is hit at its new address, by probes of the service too", {
  timeout: 60_000,
}, async () => {
  const [old, fresh] = [await startReplica(), await startReplica()];
  const shop = await openShop("document", [old]);
  shop.agent("checkout-1");
  await shop.answers();
  const experiment = experimentOn(shop.port);
  const direct = {
    name: "direct",
    http: { to: "payments", path: "/", every: "50ms" },
    good: { status: "2xx" },
    objective: "95%",
  };
  const id = await shop.start({
    ...experiment,
    spec: { ...experiment.spec, hypothesis: [...experiment.spec.hypothesis, direct] },
  });
  await shop.put([fresh]);
  await sleep(300);
  await old.stop();
  const report = await shop.ended(id);
  expect(report, report.reason).toMatchObject({ verdict: "HELD" });
  expect(hitsOf(report, old)).toBeGreaterThan(0);
  expect(hitsOf(report, fresh)).toBeGreaterThan(0);
});

test("a fault that selects instances by label follows them, and spares newcomers that do not match", {
  timeout: 60_000,
}, async () => {
  const [one, two] = [await startReplica("1"), await startReplica("2")];
  const shop = await openShop("document", [one, two]);
  shop.agent("checkout-1");
  await shop.answers();
  const id = await shop.start(experimentOn(shop.port, { labels: { version: "2" } }));
  const [spared, struck] = [await startReplica("1"), await startReplica("2")];
  await shop.put([one, two, spared, struck]);
  await until("the newcomer is hit", async () => hitsOf(await shop.report(id), struck) > 0, 3_000);
  await shop.put([one, spared, struck]);
  await sleep(300);
  await two.stop();
  const report = await shop.ended(id);
  expect(report, report.reason).toMatchObject({ verdict: "HELD" });
  expect(hitsOf(report, two)).toBeGreaterThan(0);
  expect(hitsOf(report, one) + hitsOf(report, spared)).toBe(0);
});

test("a fault whose selected instances are all gone leaves a gap: the run is INCONCLUSIVE, with nothing left", {
  timeout: 60_000,
}, async () => {
  const [one, two] = [await startReplica("1"), await startReplica("2")];
  const shop = await openShop("document", [one, two]);
  shop.agent("checkout-1");
  await shop.answers();
  const id = await shop.start(experimentOn(shop.port, { labels: { version: "2" } }));
  await shop.put([one]);
  const report = await shop.ended(id);
  expect(report).toMatchObject({
    verdict: "INCONCLUSIVE",
    because: "gap",
    residue: [],
    audit: [{ grade: "attested" }],
  });
  expect(report.reason).toMatch(/No instance that slow selects is left/);
});

test("a caller's instance that is replaced does not halt the run while another holds the fault", {
  timeout: 60_000,
}, async () => {
  const payments = await startReplica();
  const shop = await openShop("document", [payments]);
  const [ports, spare] = [[shop.port, await freePort()], await freePort()];
  const leaver = shop.agent("checkout-2", ports[1]);
  shop.agent("checkout-1");
  await Promise.all(ports.map((port) => shop.answers(port)));
  const id = await shop.start(experimentOn(shop.port));
  shop.agent("checkout-3", spare);
  // From the start of its process on; Node alone takes seconds on a busy machine.
  await until("the successor joined", () => journalHas(shop, id, "joined"), 9_000);
  await ask({ host: "127.0.0.1", port: ports[1]! });
  leaver.kill("SIGTERM");
  expect(await leaver.ended).toBe(0);
  const report = await shop.ended(id);
  expect(report, report.reason).toMatchObject({ verdict: "HELD" });
  expect(report.audit).toMatchObject([{ grade: "attested" }, { grade: "attested" }, { grade: "attested" }]);
  expect(await journalHas(shop, id, "left")).toBe(true);
});
test("the only instance that holds the fault leaves: INCONCLUSIVE, although a successor comes", {
  timeout: 60_000,
}, async () => {
  const payments = await startReplica();
  const shop = await openShop("document", [payments]);
  const only = shop.agent("checkout-1");
  await shop.answers();
  const id = await shop.start(experimentOn(shop.port));
  only.kill("SIGTERM");
  await only.ended;
  shop.agent("checkout-2");
  expect(await shop.ended(id)).toMatchObject({ verdict: "INCONCLUSIVE", because: "gap", residue: [] });
});
test("an instance that is killed, and does not leave in order, halts the run as before", {
  timeout: 60_000,
}, async () => {
  const payments = await startReplica();
  const shop = await openShop("document", [payments]);
  const killed = shop.agent("checkout-2", await freePort());
  shop.agent("checkout-1");
  await shop.answers();
  await until(
    "both are there",
    async () => (await shop.call<{ agents: unknown[] }>("GET", "/api/v1/agents")).agents.length === 2,
  );
  const id = await shop.start(experimentOn(shop.port));
  killed.kill("SIGKILL");
  expect(await shop.ended(id)).toMatchObject({ verdict: "HALTED", because: "agent-lost" });
});

const journalHas = async (
  { call }: Awaited<ReturnType<typeof openShop>>,
  id: string,
  type: string,
): Promise<boolean> => {
  const { records } = await call<{ records: { entry: { event?: { type: string } } }[] }>(
    "GET",
    `/api/v1/runs/${id}/journal`,
  );
  return records.some(({ entry }) => entry.event?.type === type);
};
