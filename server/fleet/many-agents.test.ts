import { describe, expect, it } from "vitest";
import { CLOSED, CONTRACT_VERSION } from "../../agent/contract/index.ts";
import {
  type AgentBoot,
  asAgentBoot,
  asEdgeId,
  asFaultId,
  asInstance,
  asRunId,
  type EdgeId,
  type Instance,
} from "../../experiments/model/names.ts";
import { edgeOf, MESH, Puppet, stage } from "../../test/fleet/puppet.ts";
import { planOf } from "../../test/server/plans.ts";
import type { InstanceView } from "./agent-registry.ts";
import type { CredentialHolder } from "./boot-owners.ts";
import { edgesLost } from "./edges.ts";

const [A_B, B_C] = [asEdgeId("a->b"), asEdgeId("b->c")];
const AT_CALLEE = { id: asEdgeId("a->b:callee"), at: "callee", listen: "localhost:0" } as const;
const edgesTold = (agent: Puppet) => agent.last("welcome")!.edges?.map(({ id }) => id);
const newcomer = (boot: AgentBoot, hello: Puppet["hello"] = {}, holder: Partial<CredentialHolder> = {}) =>
  new Puppet(boot, hello, holder);

describe("who an agent is", () => {
  it("decides what it serves: the calls of its service, all of them where it names none", () => {
    const { fleet, agent } = stage();
    const of = (service: string) => {
      const puppet = newcomer(asAgentBoot(`of-${service}`), { service });
      puppet.connect(fleet);
      return edgesTold(puppet);
    };
    expect(edgesTold(agent)).toEqual(["a->b", "b->c"]);
    expect([of("a"), of("b"), of("nobody")]).toEqual([["a->b"], ["b->c"], []]);
  });
  it("decides about edges at the callee: those of its own service, if the kernel redirects to it", () => {
    const mesh = { ...MESH, edges: [...MESH.edges, { ...edgeOf("a", "b", 0), ...AT_CALLEE }] };
    const { fleet } = stage({ mesh });
    const orders = (service: string | null, knows: readonly string[]) => {
      const puppet = newcomer(asAgentBoot(`of-${service}-${knows.join()}`), { service, knows: [...knows] });
      puppet.connect(fleet);
      return puppet.last("welcome")!.edges!;
    };
    const ids = (...told: Parameters<typeof orders>) => orders(...told).map(({ id }) => id);
    expect(ids("b", ["redirect"])).toEqual(["b->c", "a->b:callee"]);
    expect(ids("b", ["endpoints"])).toEqual(["b->c"]);
    expect(ids("a", ["redirect"])).toEqual(["a->b"]);
    expect(ids(null, [])).toEqual(["a->b", "b->c"]);
    expect(orders("b", ["redirect"])[1]).toMatchObject({
      at: "callee",
      callers: ["127.0.0.1"],
      endpoints: ["127.0.0.1:11"],
    });
    expect(orders("a", ["redirect"])[0]).not.toHaveProperty("callers");
  });
  it("keeps the faults of an edge at the callee while the addresses of its callers change", () => {
    const edges = [{ ...edgeOf("a", "b", 0), ...AT_CALLEE }];
    const { fleet } = stage({ mesh: { ...MESH, edges } });
    const knows = ["redirect", "endpoints"];
    const agent = newcomer(asAgentBoot("b-1"), { service: "b", knows });
    agent.connect(fleet);
    const moved = MESH.services.map((service) =>
      service.name === "a" ? { ...service, endpoints: [{ address: "10.0.0.9:10", labels: {} }] } : service,
    );
    const before = agent.last("welcome")!.edges!;
    fleet.setMesh({ ...MESH, services: moved, edges });
    const after = agent.last("edges")!.edges;
    expect(after).toMatchObject([{ callers: ["10.0.0.9"] }]);
    expect([...edgesLost(before, after, true)]).toEqual([]);
    expect([...edgesLost(before, after, false)]).toEqual(["a->b:callee"]);
  });
  it("is narrowed by its credential, which also names the service of who names none", () => {
    const { fleet } = stage();
    const silent = newcomer(asAgentBoot("x1"), {}, { service: "b" });
    silent.connect(fleet);
    expect(edgesTold(silent)).toEqual(["b->c"]);
    const narrow = newcomer(asAgentBoot("x2"), {}, { service: "a", edges: [asEdgeId("b->c")] });
    narrow.connect(fleet);
    expect(edgesTold(narrow)).toEqual([]);
  });
  it("must be what its credential says: else it gets nothing and is closed", () => {
    const { fleet } = stage();
    for (const [hello, binding] of [
      [{ service: "a" }, { service: "b" }],
      [{ instance: asInstance("somebody") }, { instance: asInstance("somebody-else") }],
    ] as const) {
      const impostor = newcomer(asAgentBoot("x"), hello, binding);
      impostor.connect(fleet);
      expect(impostor.closes).toEqual([CLOSED.impostor]);
      expect(impostor.heard).toEqual([]);
    }
  });
  it("is bound to its boot: nobody else answers for what it holds", () => {
    const { fleet, agent, inject } = stage();
    inject();
    const thief = newcomer(asAgentBoot("b1"), { instance: asInstance("other") });
    thief.connect(fleet);
    expect(thief.closes).toEqual([CLOSED.impostor]);
    expect(agent.closes).toEqual([]);
  });
  it("is believed on edges that it was given, and on no others", async () => {
    const { clock, fleet } = stage();
    const counted: string[] = [];
    const receipts: unknown[] = [];
    const sidecar = newcomer(asAgentBoot("b2"), { service: "a" });
    sidecar.connect(fleet);
    fleet.register({
      ...{ plan: planOf({ run: asRunId("run-2") }), endsAtMs: clock.nowMs() + 60_000, tickedMs: () => clock.nowMs() },
      post: (happening) => happening.type === "receipts" && receipts.push(...happening.receipts),
      counted: (_, counts) => void counted.push(...counts.map(({ id }) => id)),
      stalled: () => {},
    });
    fleet.assign(asRunId("run-2"), [{ instance: asInstance("b2"), boot: asAgentBoot("b2") }]);
    const watchOn = (edge: EdgeId) => ({ id: `run-2/${edge}`, edge, match: null, of: "all", good: {} }) as const;
    fleet.watch(asRunId("run-2"), [watchOn(A_B), watchOn(B_C)]);
    const count = (edge: EdgeId) => ({ id: `run-2/${edge}`, good: 1, bad: 0, open: 0, firstBad: [] });
    const receipt = (edge: EdgeId) => ({
      ...{
        id: asFaultId(`run-2/slow@${edge}`),
        fault: "slow",
        edge,
        unit: "exchange" as const,
        liveMs: 1,
        ordinals: [],
      },
      ...{ seen: 1, matched: 1, injected: 1, spared: 0, capped: 0, untouched: 0 },
    });
    sidecar.pulse({ watches: [count(A_B), count(B_C)], receipts: [receipt(A_B), receipt(B_C)] });
    expect(counted).toEqual(["run-2/a->b"]);
    expect(receipts).toMatchObject([{ edge: "a->b" }]);
  });
});

describe("a fault of some agents", () => {
  it("is sent to those that the run gave it, and the others count", () => {
    const { clock, fleet, agent } = stage();
    const second = newcomer(asAgentBoot("b2"));
    second.connect(fleet);
    second.pulse();
    const plan = planOf({ run: asRunId("run-2") });
    fleet.register({
      ...{
        plan,
        endsAtMs: clock.nowMs() + 60_000,
        post: () => {},
        tickedMs: () => clock.nowMs(),
        counted: () => {},
        stalled: () => {},
      },
    });
    fleet.assign(asRunId("run-2"), [
      { instance: asInstance("b1"), boot: asAgentBoot("b1"), faults: [asFaultId("run-2/cut@a->b")] },
      { instance: asInstance("b2"), boot: asAgentBoot("b2"), faults: [] },
    ]);
    fleet.setDesired(asRunId("run-2"), 1, ["slow", "cut"]);
    expect(agent.last("apply")!.faults.map(({ id }) => id)).toEqual(["run-2/cut@a->b"]);
    expect(second.count("apply")).toBe(0);
  });
  it("reaches an instance that joins in its midst, which hits nothing where hits are capped", () => {
    const { clock, fleet, agent } = stage();
    const limits = { ...planOf().limits, requests: 7 };
    fleet.register({
      ...{ plan: planOf({ run: asRunId("run-2"), limits }), endsAtMs: clock.nowMs() + 60_000 },
      ...{ post: () => {}, tickedMs: () => clock.nowMs(), counted: () => {}, stalled: () => {} },
    });
    fleet.assign(asRunId("run-2"), [{ instance: asInstance("b1"), boot: asAgentBoot("b1") }]);
    fleet.setDesired(asRunId("run-2"), 1, ["slow"]);
    const late = newcomer(asAgentBoot("b2"));
    late.connect(fleet);
    late.pulse();
    fleet.assign(asRunId("run-2"), [{ instance: asInstance("b2"), boot: asAgentBoot("b2") }]);
    expect(late.last("apply")).toMatchObject({ faults: [{ id: "run-2/slow@a->b" }], allotments: { "run-2": 0 } });
    expect(agent.last("apply")!.allotments).toEqual({ "run-2": 7 });
  });
});

describe("readiness", () => {
  it("is told once an agent has pulsed what it serves, and again when it serves others", () => {
    const { fleet, agent } = stage();
    const ready: InstanceView[] = [];
    const stop = fleet.onReady((view) => ready.push(view));
    const sidecar = newcomer(asAgentBoot("b2"), { service: "a", labels: { zone: "z" } });
    sidecar.connect(fleet);
    expect(ready).toEqual([]);
    sidecar.pulse();
    sidecar.pulse();
    expect(ready).toMatchObject([{ boot: "b2", service: "a", labels: { zone: "z" }, edges: ["a->b"], ready: true }]);
    const { session } = sidecar.last("welcome")!;
    sidecar.line.receive({ type: "serving", session, edges: [], failed: [{ id: asEdgeId("a->b"), why: "taken" }] });
    sidecar.pulse();
    expect(ready.at(-1)).toMatchObject({ edges: [], failed: [{ id: "a->b", why: "taken" }] });
    stop();
    agent.connect(fleet);
    agent.pulse();
    expect(ready).toHaveLength(2);
  });
  it("ends a lease after the last pulse, though the connection seems to stand, which is closed in the end", async () => {
    const { fleet, agent, clock } = stage();
    await clock.advance(5_000);
    expect(fleet.ready()).toHaveLength(1);
    await clock.advance(1);
    expect(fleet.ready()).toEqual([]);
    await clock.advance(10_500);
    expect(agent.closes).toEqual([CLOSED.stalled]);
  });
  it("says of an edge that is not served by the agent's own fault that it is not", () => {
    const { fleet, agent } = stage();
    const { session } = agent.last("welcome")!;
    agent.line.receive({
      type: "serving",
      session,
      edges: [{ id: asEdgeId("z->z"), listen: "127.0.0.1:9" }],
      failed: [],
    });
    expect(fleet.instances()).toMatchObject([{ edges: [], listens: [] }]);
  });
});

describe("a mesh that changes", () => {
  const moved = { ...MESH, edges: [MESH.edges[0]!, edgeOf("b", "c", 7), edgeOf("a", "c", 3)] };
  it("is pushed as a whole to the agents whose edges it changes, and to no others", () => {
    const { fleet, agent } = stage();
    const sidecar = newcomer(asAgentBoot("b2"), { service: "a" });
    sidecar.connect(fleet);
    fleet.setMesh({ ...MESH, edges: [MESH.edges[0]!, edgeOf("b", "c", 7)] });
    expect(agent.last("edges")!.edges).toMatchObject([
      { id: asEdgeId("a->b") },
      { id: asEdgeId("b->c"), listen: "127.0.0.1:7" },
    ]);
    expect(sidecar.count("edges")).toBe(0);
  });
  it("takes no fault from an edge that stays as it was", () => {
    const { fleet, agent, inject, of } = stage();
    inject();
    fleet.setMesh(moved);
    expect(agent.count("edges")).toBe(1);
    expect(of("lost")).toEqual([]);
    expect(agent.last("apply")!.faults).toHaveLength(1);
  });
  it("takes the faults of an edge that goes, before the agent is told that it goes, and the run is told", () => {
    const { fleet, agent, inject, of } = stage();
    inject();
    fleet.setMesh({ ...MESH, edges: [MESH.edges[1]!] });
    expect(agent.heard.slice(-2)).toMatchObject([{ type: "apply", faults: [] }, { type: "edges" }]);
    expect(of("lost")).toEqual([{ type: "lost", boot: "b1", how: "lapsed" }]);
  });
  it("that is not known yet leaves agents what they serve", () => {
    const { fleet } = stage({ mesh: null });
    const early = newcomer(asAgentBoot("b2"), { service: "a" });
    early.connect(fleet);
    expect(early.last("welcome")!.edges).toBeNull();
    fleet.setMesh(MESH);
    expect(early.last("edges")!.edges.map(({ id }) => id)).toEqual(["a->b"]);
  });
});

describe("a server that may not grant", () => {
  it("prolongs nothing and adds nothing, and still takes away", async () => {
    let may = true;
    const { agent, fleet, inject, live } = stage({ mayGrant: () => may });
    inject();
    await live(2);
    may = false;
    const { length } = agent.heard;
    await live(2);
    fleet.setDesired(asRunId("run-1"), 2, ["slow", "cut"]);
    expect(agent.heard).toHaveLength(length);
    // An order of the remaining faults would be a new lease for the silent agent.
    fleet.setDesired(asRunId("run-1"), 3, ["cut"]);
    expect(agent.heard.slice(length).map(({ type }) => type)).toEqual(["drop"]);
    fleet.revert(asRunId("run-1"), 4);
    expect(agent.heard.at(-1)!.type).toBe("drop");
  });
  it("grants what is desired by then once it may again", async () => {
    let may = false;
    const { agent, fleet, live } = stage({ mayGrant: () => may });
    fleet.setDesired(asRunId("run-1"), 1, ["slow"]);
    await live(1);
    expect(agent.count("apply")).toBe(0);
    may = true;
    await live(1);
    expect(agent.last("apply")!.faults).toHaveLength(1);
  });
});

describe("an agent that does not read", () => {
  it("gets no renewal and no new fault; what takes away still goes", async () => {
    const { agent, fleet, inject, live } = stage();
    inject();
    agent.buffered = 300_000;
    await live(2);
    expect(agent.count("renew")).toBe(0);
    fleet.setDesired(asRunId("run-1"), 2, ["slow", "cut"]);
    expect(agent.count("apply")).toBe(1);
    fleet.revert(asRunId("run-1"), 3);
    expect(agent.count("drop")).toBe(1);
    agent.buffered = 0;
    await live(1);
    expect(agent.last("apply")!.faults).toHaveLength(1);
  });
  it("loses its connection when far too much waits for it", async () => {
    const { agent, clock } = stage();
    agent.buffered = 5 * 2 ** 20;
    await clock.advance(300);
    expect(agent.closes).toEqual([CLOSED.stalled]);
  });
});

describe("an agent of another contract version", () => {
  const foreign = (ids: readonly string[] = []) => {
    const all = stage();
    const agent = newcomer(asAgentBoot("old"), { v: CONTRACT_VERSION + 1 });
    agent.connect(all.fleet, ids);
    return { ...all, foreign: agent };
  };
  it("keeps its edges, and is never given a fault", () => {
    const { fleet, foreign: old, clock } = foreign();
    expect(old.last("welcome")!.edges).toBeNull();
    fleet.register({
      ...{ plan: planOf({ run: asRunId("run-2") }), endsAtMs: clock.nowMs() + 60_000 },
      ...{ post: () => {}, tickedMs: () => clock.nowMs(), counted: () => {}, stalled: () => {} },
    });
    fleet.assign(asRunId("run-2"), [{ instance: asInstance("old"), boot: asAgentBoot("old") }]);
    old.pulse();
    fleet.setDesired(asRunId("run-2"), 1, ["slow"]);
    expect(old.count("apply")).toBe(0);
    expect(fleet.ready().map(({ boot }) => boot)).toEqual(["b1"]);
    expect(fleet.instances().find(({ boot }) => boot === "old")).toMatchObject({ connected: true, ready: false });
  });
  it("invariant 7: is dropped all the same, and what it attests counts", async () => {
    const { fleet, foreign: old, clock } = foreign(["some/fault@a->b"]);
    expect(old.count("drop")).toBe(1);
    const grades: unknown[] = [];
    fleet.register({
      ...{ plan: planOf({ run: asRunId("run-2") }), endsAtMs: clock.nowMs() + 60_000 },
      ...{ tickedMs: () => clock.nowMs(), counted: () => {}, stalled: () => {} },
      post: (happening) => happening.type === "graded" && grades.push(happening.grade),
    });
    fleet.assign(asRunId("run-2"), [{ instance: asInstance("old"), boot: asAgentBoot("old") }]);
    fleet.revert(asRunId("run-2"), 1);
    old.attest(old.last("drop")!.nonce);
    expect(grades).toEqual(["attested"]);
  });
});

describe("halt-all", () => {
  it("empties every agent at once and for good, and says who has answered", async () => {
    const { fleet, agent, inject, clock } = stage();
    inject();
    const mute = newcomer(asAgentBoot("b2"));
    mute.connect(fleet);
    const halting = fleet.haltAll();
    const [first, second] = [agent, mute].map((puppet) => puppet.heard.at(-1)!);
    expect([first, second]).toMatchObject([{ type: "drop" }, { type: "drop" }]);
    agent.attest(agent.last("drop")!.nonce);
    await clock.advance(5_000);
    expect(await halting).toMatchObject({ asked: 2, attested: 1, missing: ["b2"] });
    agent.pulse();
    fleet.setDesired(asRunId("run-1"), 2, ["slow"]);
    expect(agent.count("apply")).toBe(1);
    expect(agent.count("renew")).toBe(0);
  });
  it("asks again soon who still held something, and does not take it for clean meanwhile", async () => {
    const { fleet, agent, clock } = stage();
    const halting = fleet.haltAll();
    const { nonce } = agent.last("drop")!;
    agent.attest(nonce, { wounded: 1 });
    await clock.advance(100);
    expect(agent.count("drop")).toBe(2);
    agent.attest(nonce);
    expect(await halting).toMatchObject({ attested: 1, missing: [] });
  });
  it("is over at once where nobody is connected", async () => {
    const { fleet, agent } = stage();
    agent.line.closed();
    expect(await fleet.haltAll()).toMatchObject({ asked: 0, attested: 0 });
  });
});

describe("an agent that only the journal of a dead server names", () => {
  const onRecord = (boot: AgentBoot, instance: Instance, service: string | null) => ({
    ...{ boot, instance, service, credential: "local", expiresMs: null },
  });
  const left = () => {
    const all = stage({
      known: [
        onRecord(asAgentBoot("late"), asInstance("late"), "a"),
        onRecord(asAgentBoot("first"), asInstance("one"), null),
      ],
    });
    const grades: string[] = [];
    all.fleet.register({
      ...{ plan: planOf({ run: asRunId("run-0") }), endsAtMs: all.clock.nowMs() },
      ...{ tickedMs: () => all.clock.nowMs(), counted: () => {}, stalled: () => {} },
      post: (happening) => happening.type === "graded" && grades.push(happening.grade),
    });
    return { ...all, grades };
  };
  it("is waited for until its last lease is over by this server's clock", async () => {
    const { fleet, clock, grades } = left();
    fleet.assign(asRunId("run-0"), [{ instance: asInstance("gone"), boot: asAgentBoot("gone") }]);
    fleet.revert(asRunId("run-0"), 1);
    await clock.advance(5_250);
    expect(grades).toEqual([]);
    await clock.advance(500);
    expect(grades).toEqual(["inferred"]);
  });
  it("is asked as soon as it comes back", () => {
    const { fleet, grades } = left();
    fleet.assign(asRunId("run-0"), [{ instance: asInstance("late"), boot: asAgentBoot("late") }]);
    fleet.revert(asRunId("run-0"), 1);
    const late = newcomer(asAgentBoot("late"), { service: "a" });
    late.epoch = 2;
    late.connect(fleet, ["run-0/slow@a->b"]);
    late.attest(late.last("drop")!.nonce);
    expect(grades).toEqual(["attested"]);
  });
  it("is witnessed where its process, as the database has it, has ended", async () => {
    const { fleet, clock, grades, gone } = left();
    gone.add(77);
    fleet.expect({
      boot: asAgentBoot("dead"),
      instance: asInstance("dead"),
      mark: { pid: 77, started: "1", machineBoot: "m" },
    });
    fleet.assign(asRunId("run-0"), [{ instance: asInstance("dead"), boot: asAgentBoot("dead") }]);
    fleet.revert(asRunId("run-0"), 1);
    await clock.advance(300);
    expect(grades).toEqual(["witnessed"]);
  });
  it("is witnessed by its successor, if that is the same instance", async () => {
    const { fleet, clock, grades } = left();
    fleet.assign(asRunId("run-0"), [{ instance: asInstance("one"), boot: asAgentBoot("first") }]);
    fleet.revert(asRunId("run-0"), 1);
    const stranger = newcomer(asAgentBoot("x"), {
      instance: asInstance("two"),
      predecessor: { boot: asAgentBoot("first") },
    });
    stranger.connect(fleet);
    await clock.advance(300);
    expect(grades).toEqual([]);
    const successor = newcomer(asAgentBoot("second"), {
      instance: asInstance("one"),
      predecessor: { boot: asAgentBoot("first") },
    });
    successor.connect(fleet);
    expect(grades).toEqual(["witnessed"]);
  });
});

it("a process on another machine is not taken for one with its pid here", () => {
  const { fleet, agent, of } = stage({ markOf: (pid) => ({ pid, started: null, machineBoot: null }) });
  agent.connect(fleet);
  fleet.agentExited(4_242);
  expect(of("lost")).toEqual([]);
});
