/** An agent on a clock moved by hand, with edges that listen on no port: tests call the faults directly. */
import { Agent, type AgentConfig } from "../../agent/agent.ts";
import { detectClockJumps } from "../../agent/clock/clock-jump.ts";
import { checkToAgent } from "../../agent/contract/check.ts";
import type { EdgeOrder, FaultOrder, ToServer, Watch } from "../../agent/contract/messages.ts";
import type { EdgeListener } from "../../agent/edge/edges.ts";
import type { EdgeFaults } from "../../agent/faults/edge-faults.ts";
import type { Observer } from "../../agent/metrics/observer.ts";
import { asAgentBoot, asEdgeId, asFaultId, asInstance, asRunId } from "../../experiments/model/names.ts";
import { HandClock } from "./hand-clock.ts";

export const EDGES: readonly EdgeOrder[] = [
  { id: asEdgeId("a->b"), listen: "127.0.0.1:1", protocol: "http", endpoints: ["127.0.0.1:2"], healthPath: null },
  { id: asEdgeId("a->c"), listen: "127.0.0.1:3", protocol: "tcp", endpoints: ["127.0.0.1:4"], healthPath: null },
];
export const fault = (given: Partial<FaultOrder> = {}): FaultOrder => ({
  id: asFaultId("run/slow@a->b"),
  run: asRunId("run"),
  name: "slow",
  edge: asEdgeId("a->b"),
  endpoints: null,
  action: { kind: "latency", params: { delay: 100, jitter: 0, distribution: "uniform", at: "request" } },
  match: null,
  share: { steps: [1], eachMs: 0, by: "request" },
  pulse: null,
  seed: 1,
  stealth: false,
  shadow: false,
  notAfterMs: 60_000,
  ...given,
});
export const watch = (given: Partial<Watch> = {}): Watch => ({
  id: "run/fast/during",
  edge: asEdgeId("a->b"),
  match: null,
  of: "all",
  good: { withinMs: 100 },
  ...given,
});
const REQUEST = { method: "GET", path: "/", query: "", header: () => undefined };
type Apply = { gen: number; epoch?: number; basis?: number; faults?: readonly unknown[]; watches?: readonly Watch[] };

/** A listener without a port, for any change of the edge. */
export const served = (): EdgeListener => ({
  ...{ address: { host: "127.0.0.1", port: 1 }, connections: 0, connectedEndpoints: () => [] },
  ...{ change: async () => {}, drain: async () => {}, close: async () => {} },
});

export const setUp = async (config: Partial<AgentConfig> = {}, listen: () => EdgeListener = served) => {
  const clock = new HandClock();
  const said: ToServer[] = [];
  const faultsOf = new Map<string, EdgeFaults>();
  const observerOf = new Map<string, Observer>();
  let sleptMs = 0;
  const readClocks = () => {
    const awakeMs = clock.nowMs();
    return { monotonicMs: awakeMs, wallMs: awakeMs + sleptMs, uptimeMs: awakeMs + sleptMs };
  };
  const clockJumps = detectClockJumps(clock, readClocks, () => agent.dropAll("clock-jump"));
  const agent: Agent = new Agent(
    { instance: asInstance("i"), version: "1", ...config },
    {
      clock,
      boot: asAgentBoot("boot"),
      pid: 1,
      serve: async (order, faults, observer) => {
        faultsOf.set(order.id, faults);
        observerOf.set(order.id, observer);
        return listen();
      },
      clockJumps,
      log: () => {},
      send: (message) => said.push(message),
    },
  );
  await agent.edges.serve(EDGES);
  let pulses = 0;
  const hear = (value: unknown) => agent.handleMessage(checkToAgent(JSON.parse(JSON.stringify(value))));
  return {
    agent,
    clock,
    said,
    hear,
    observerOf,
    /** Lets the machine sleep: the monotonic clock stands still meanwhile. */
    sleep: (ms: number) => {
      sleptMs += ms;
    },
    enter: (session = "s1", epoch = 1, cluster: string | null = null) => {
      agent.enterSession(session, epoch, cluster);
      pulses = 0;
    },
    /** Sends the next pulse, and returns the pulse's number. */
    pulse: () => {
      agent.lease.sending(++pulses);
      return pulses;
    },
    apply: ({ gen, epoch = 1, basis = pulses, faults = [fault()], watches = [] }: Apply, session = "s1") =>
      hear({ type: "apply", session, epoch, gen, basis, leaseMs: 5_000, faults, watches, allotments: {} }),
    renew: (gen: number, basis = pulses, session = "s1") =>
      hear({ type: "renew", session, epoch: 1, gen, basis, leaseMs: 5_000 }),
    drop: (nonce: string) => hear({ type: "drop", nonce }),
    /** Names of the faults that would act on a request that comes at this moment. */
    acting: (edge = "a->b", endpoint: string | null = null): readonly string[] => {
      const faults = faultsOf.get(edge)!;
      const subject = { connection: {}, endpoint, request: edge === "a->b" ? REQUEST : null };
      const nowMs = clock.nowMs();
      const live = edge === "a->b" ? faults.exchangeFaults : faults.connectionFaults;
      const admissions = faults.admit(live, subject, nowMs);
      for (const admission of admissions) admission.over();
      return admissions.map(({ fault }) => fault.order.name);
    },
  };
};
