/** Server side of the fleet bench, in a separate process: real WebSockets, the real fleet, a run over all agents. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { WebSocketServer } from "ws";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asEdgeId, asRunId } from "../../experiments/model/names.ts";
import { serveAgent } from "../../server/api/agents/socket.ts";
import { TimeSlice } from "../../server/api/agents/time-slice.ts";
import { systemClock } from "../../server/clock.ts";
import { SERVER_HOLDER } from "../../server/fleet/boot-owners.ts";
import { Fleet } from "../../server/fleet/fleet.ts";
import { noLog } from "../../server/log.ts";
import { RateLimitedLog } from "../../server/rate-limited-log.ts";
import { planOf } from "../server/plans.ts";
import type { FromServer, ToServer } from "./fleet-words.ts";

const service = (name: string) => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints: [{ address: "127.0.0.1:9", labels: {} }] },
  ...{ ready: { tcp: true } as const, startMs: 1_000, protected: false },
});
const MESH: Mesh = {
  name: "bench",
  directory: null,
  services: [service("a"), service("b")],
  edges: [{ id: asEdgeId("a->b"), from: "a", to: "b", listen: "127.0.0.1:1", protocol: "http" }],
};
const DELAY = { delay: 50, jitter: 0, distribution: "uniform", at: "request" } as const;
const PLAN = planOf({ run: asRunId("bench") });
const plan = {
  ...PLAN,
  faults: PLAN.faults.map((fault) => ({ ...fault, action: { kind: "latency", params: DELAY } as const })),
};
const NO_DEADLINE_MS = 3_600_000;

const clock = systemClock;
const fleet = new Fleet({ clock, epoch: 1, mesh: MESH, onBoot: () => {}, log: noLog });
const http = createServer();
// Same setup as under Fastify: no compression, and a separate listener for each socket.
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
const door = { clock, log: new RateLimitedLog(noLog, clock), turns: new TimeSlice(clock) };
sockets.on("connection", (socket) => serveAgent(socket, { ...door, fleet: () => fleet, holder: SERVER_HOLDER }));

const say = (message: FromServer) => void process.send!(message);
let pulses = 0;
const applied = new Map<number, number>();
let onApplied = (_revision: number): void => {};
const begin = () => {
  fleet.register({
    plan,
    endsAtMs: clock.nowMs() + NO_DEADLINE_MS,
    tickedMs: () => clock.nowMs(),
    stalled: () => {},
    counted: () => {
      pulses++;
    },
    post: (happening) => {
      if (happening.type === "refused") throw new Error(happening.why);
      if (happening.type !== "applied") return;
      applied.set(happening.revision, (applied.get(happening.revision) ?? 0) + 1);
      onApplied(happening.revision);
    },
  });
  fleet.assign(
    asRunId("bench"),
    fleet.ready().map(({ instance, boot }) => ({ instance, boot })),
  );
  const watch = {
    edge: asEdgeId("a->b"),
    match: null,
    of: "all",
    good: { status: [{ least: 200, most: 299 }] },
  } as const;
  fleet.watch(asRunId("bench"), [{ id: "bench/it-answers/during", ...watch }]);
};
const all = (revision: number, count: number): Promise<void> =>
  new Promise((resolve) => {
    onApplied = (heard) => heard === revision && applied.get(revision) === count && resolve();
  });

/** Starts counting CPU of this process; the returned function reads the count, ms. */
const cpu = () => {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
};
let revision = 0;
const orders: { readonly [K in FromServer["did"] & ToServer["do"]]: (count: number) => Promise<FromServer> } = {
  ready: async (count) => {
    while (fleet.ready().length < count)
      await new Promise((resolve) => clock.wake(clock.nowMs() + 20, () => resolve(0)));
    return { did: "ready" };
  },
  apply: async (count) => {
    begin();
    const cpuMs = cpu();
    const sinceMs = clock.nowMs();
    const done = all(++revision, count);
    fleet.setDesired(asRunId("bench"), revision, ["slow"]);
    await done;
    return { did: "apply", tookMs: clock.nowMs() - sinceMs, cpuMs: cpuMs() };
  },
  live: async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const [sinceMs, cpuMs, before] = [clock.nowMs(), cpu(), pulses];
    delay.enable();
    await new Promise((resolve) => clock.wake(sinceMs + LIVE_MS, () => resolve(0)));
    delay.disable();
    const seconds = (clock.nowMs() - sinceMs) / 1_000;
    return {
      did: "live",
      pulsesPerSecond: (pulses - before) / seconds,
      cpuShare: cpuMs() / 1_000 / seconds,
      delayMs: delay.percentile(99) / 1e6,
      residentMb: process.memoryUsage().rss / 2 ** 20,
      silent: fleet.instances().filter(({ ready }) => !ready).length,
    };
  },
  halt: async () => {
    const cpuMs = cpu();
    const { asked, attested, tookMs } = await fleet.haltAll();
    const used = cpuMs();
    fleet.unregister(asRunId("bench"));
    return { did: "halt", asked, attested, tookMs, cpuMs: used };
  },
};
const LIVE_MS = 5_000;

process.on("message", ({ do: order, count }: ToServer) => void orders[order as keyof typeof orders](count).then(say));
process.on("disconnect", () => process.exit(0));
http.listen(0, "127.0.0.1", () => say({ did: "listen", port: (http.address() as AddressInfo).port }));
