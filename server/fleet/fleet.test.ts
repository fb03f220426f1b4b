import { describe, expect, it } from "vitest";
import type { Remains } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asAgentBoot, asFaultId, asInstance, asRunId } from "../../experiments/model/names.ts";
import { MESH, Puppet, stage } from "../../test/fleet/puppet.ts";
import { planOf } from "../../test/server/plans.ts";

describe("an agent that stood still", () => {
  it("is told of once to the runs that have it, by the server's clock, however often it says so", async () => {
    const { agent, inject, live, of } = stage();
    inject();
    await live(2);
    const stall = { n: 1, agoMs: 200, lengthMs: 700, throttledMs: 600 };
    agent.pulse({ stalls: [stall] });
    agent.pulse({
      stalls: [
        { ...stall, agoMs: 1_200 },
        { n: 2, agoMs: 10, lengthMs: 90 },
      ],
    });
    expect(of("stalled")).toEqual([
      { type: "stalled", boot: "b1", fromMs: 1_100, toMs: 1_800, throttledMs: 600 },
      { type: "stalled", boot: "b1", fromMs: 1_900, toMs: 1_990 },
    ]);
  });
  it("is told of to the runs that have no part for it, with the edges that it serves", async () => {
    const { fleet, of } = stage();
    const other = new Puppet(asAgentBoot("b2"));
    other.connect(fleet);
    other.pulse({});
    other.pulse({ stalls: [{ n: 1, agoMs: 200, lengthMs: 700 }] });
    expect(of("stalled")).toMatchObject([{ boot: "b2", beside: ["a->b", "b->c"] }]);
  });
  it("before anybody heard it is nobody's business", async () => {
    const { fleet, posted } = stage();
    const late = new Puppet(asAgentBoot("b2"));
    late.connect(fleet);
    fleet.assign(asRunId("run-1"), [{ instance: asInstance("b2"), boot: asAgentBoot("b2") }]);
    late.pulse({ stalls: [{ n: 7, agoMs: 200, lengthMs: 700 }] });
    expect(posted.filter(({ type }) => type === "stalled")).toEqual([]);
  });
});

describe("connections of no declared caller", () => {
  it("are counted for the service from the agent's first report on, boot by boot", () => {
    const told: [string, number][] = [];
    const { fleet } = stage({ onStrangers: (service, count) => told.push([service, count]) });
    const bring = (boot: string) => {
      const puppet = new Puppet(asAgentBoot(boot), { service: "b" });
      puppet.connect(fleet);
      return puppet;
    };
    const first = bring("b2");
    for (const strangers of [4, 4, 7]) first.pulse({ strangers });
    first.pulse();
    const second = bring("b3");
    for (const strangers of [0, 2]) second.pulse({ strangers });
    first.connect(fleet);
    first.pulse({ strangers: 8 });
    expect(told).toEqual([
      ["b", 0],
      ["b", 3],
      ["b", 0],
      ["b", 2],
      ["b", 1],
    ]);
  });
});

describe("an agent with live faults", () => {
  it("is granted one more lease for each pulse, based on that pulse", async () => {
    const { agent, inject, live, of } = stage();
    inject();
    expect(agent.last("apply")).toMatchObject({
      epoch: 3,
      basis: 1,
      leaseMs: 5_000,
      faults: [{ id: "run-1/slow@a->b" }],
    });
    expect(of("applied")).toEqual([{ type: "applied", boot: "b1", revision: 1 }]);
    await live(3);
    expect(agent.count("renew")).toBe(3);
    expect(agent.last("renew")).toMatchObject({ gen: agent.last("apply")!.gen, basis: 4 });
    expect(agent.count("apply")).toBe(1);
  });

  it("is renewed no more once its runner stands still, and loses the faults for good (invariant 13)", async () => {
    const { agent, inject, live, wedge, of, fleet } = stage();
    inject();
    await live(2);
    wedge();
    await live(6);
    expect(agent.last("apply")!.faults).toEqual([]);
    expect(agent.count("renew")).toBeLessThanOrEqual(2 + 2);
    expect(of("halted")).toMatchObject([{ because: "journal", recover: false }]);
    fleet.setDesired(asRunId("run-1"), 2, ["slow"]);
    await live(1);
    expect(agent.last("apply")!.faults).toEqual([]);
  });

  it("loses them at the run's deadline, whatever the run says", async () => {
    const { agent, inject, live, of } = stage();
    inject();
    await live(61);
    expect(agent.last("apply")!.faults).toEqual([]);
    expect(of("halted")).toMatchObject([{ because: "deadline" }]);
  });

  it("is told the whole set again after it lost its connection, under a newer generation", async () => {
    const { agent, inject, fleet, clock } = stage();
    inject();
    const { gen } = agent.last("apply")!;
    agent.line.closed();
    await clock.advance(1_000);
    agent.connect(fleet, ["run-1/slow@a->b"]);
    agent.pulse();
    expect(agent.last("apply")).toMatchObject({ basis: 1, faults: [{ id: "run-1/slow@a->b" }] });
    expect(agent.last("apply")!.gen).toBeGreaterThan(gen);
  });

  it("is emptied on its return when its desired state is empty by then", async () => {
    const { agent, inject, fleet } = stage();
    inject();
    agent.line.closed();
    fleet.setDesired(asRunId("run-1"), 2, []);
    agent.connect(fleet, ["run-1/slow@a->b"]);
    agent.pulse();
    expect(agent.last("apply")).toMatchObject({ faults: [] });
  });

  it("gets nothing a second time once it said that its lease had lapsed", async () => {
    const { agent, inject, live, of } = stage();
    inject();
    agent.line.receive({ type: "lapsed", epoch: 3, gen: agent.last("apply")!.gen, why: "a stall" });
    await live(2);
    expect(of("lost")).toEqual([{ type: "lost", boot: "b1", how: "lapsed" }]);
    expect(agent.last("apply")!.faults).toHaveLength(1);
    expect(agent.count("apply")).toBe(1);
    expect(agent.count("renew")).toBe(0);
  });

  it("is lost once it was silent for a whole lease, not before", async () => {
    const { inject, clock, of } = stage();
    inject();
    await clock.advance(4_900);
    expect(of("lost")).toEqual([]);
    await clock.advance(600);
    expect(of("lost")).toEqual([{ type: "lost", boot: "b1", how: "silent" }]);
  });

  it("tells of a refusal, and is given nothing more of that run", async () => {
    const { agent, fleet, live, of } = stage();
    fleet.setDesired(asRunId("run-1"), 1, ["slow"]);
    const { session, epoch, gen } = agent.last("apply")!;
    agent.line.receive({
      type: "refused",
      session,
      epoch,
      gen,
      why: "policy",
      detail: "not here",
      seen: { epoch, gen },
    });
    await live(1);
    expect(of("refused")).toEqual([{ type: "refused", boot: "b1", revision: 1, why: "policy: not here" }]);
    expect(agent.count("apply")).toBe(1);
  });

  it("is not sent an order larger than it reads: the run that asked is told, and the faults of the others stay", async () => {
    const { agent, fleet, inject, live, of, posted, clock } = stage();
    inject();
    const [slow] = planOf().faults;
    const heavy = { ...slow!, action: { kind: "abort", params: { status: 503, body: "x".repeat(60_000) } } as never };
    const faults = Array.from({ length: 150 }, (_, i) => ({ ...heavy, name: `slow-${i}` }));
    const run = asRunId("run-2");
    fleet.register({
      plan: planOf({ run, faults: faults as never }),
      ...{ endsAtMs: clock.nowMs() + 60_000, post: (happening) => posted.push(happening) },
      ...{ tickedMs: () => clock.nowMs(), counted: () => {}, stalled: () => {} },
    });
    fleet.assign(run, [{ instance: asInstance("b1"), boot: asAgentBoot("b1") }]);
    fleet.setDesired(
      run,
      1,
      faults.map(({ name }) => name as never),
    );
    await live(2);
    expect(of("refused")).toEqual([
      {
        type: "refused",
        boot: "b1",
        revision: 1,
        why: expect.stringMatching(/8\.\d MiB.*8 MiB at most: one fault can/),
      },
    ]);
    expect(agent.last("apply")!.faults.map(({ id }) => id)).toEqual(["run-1/slow@a->b"]);
    expect([agent.count("apply"), agent.count("drop"), agent.count("renew")]).toEqual([1, 0, 2]);
  });

  it("drops what another server left it with", () => {
    const { fleet } = stage();
    const other = new Puppet(asAgentBoot("b9"));
    other.connect(fleet, ["old/fault@a->b"]);
    expect(other.count("drop")).toBe(1);
  });
});

describe("an agent whose edge gets other endpoints", () => {
  const moved: Mesh = {
    ...MESH,
    services: MESH.services.map((service) =>
      service.name === "b" ? { ...service, endpoints: [{ address: "127.0.0.1:21", labels: {} }] } : service,
    ),
  };
  it("keeps its faults if it says that it can, and is sent the new edges alone", async () => {
    const { fleet, of } = stage();
    const agent = new Puppet(asAgentBoot("b2"), { knows: ["endpoints"] });
    agent.connect(fleet);
    agent.pulse();
    fleet.assign(asRunId("run-1"), [{ instance: asInstance("b2"), boot: asAgentBoot("b2") }]);
    fleet.setDesired(asRunId("run-1"), 1, ["slow"]);
    agent.applied();
    fleet.setMesh(moved);
    agent.pulse();
    expect(agent.last("edges")).toMatchObject({ edges: [{ endpoints: ["127.0.0.1:21"] }, {}] });
    expect(of("lost")).toMatchObject([{ boot: "b1", how: "lapsed" }]);
    expect(agent.count("apply")).toBe(1);
    expect(agent.count("drop")).toBe(0);
  });
  it("is lost to the run if it cannot: such an agent drops the faults of a changed edge", () => {
    const { fleet, inject, of } = stage();
    inject();
    fleet.setMesh(moved);
    expect(of("lost")).toEqual([{ type: "lost", boot: "b1", how: "lapsed" }]);
  });
  it("is sent the addresses that the run selects now", () => {
    const { agent, fleet, inject } = stage();
    inject();
    fleet.select(asRunId("run-1"), { [asFaultId("run-1/slow@a->b")]: ["127.0.0.1:21"] });
    expect(agent.last("apply")).toMatchObject({ faults: [{ endpoints: ["127.0.0.1:21"] }] });
  });
});

describe("an agent that ends in order", () => {
  const leave = (agent: Puppet, isOver: boolean, remains: Partial<Remains> = {}) => {
    const { session } = agent.last("welcome")!;
    const clean = { live: 0, held: 0, wounded: 0, external: 0 };
    const proof = { remains: { ...clean, ...remains }, receipts: [], watches: [] };
    agent.line.receive({ type: "leaving", session, epoch: 3, gen: 0, isOver, ...proof });
  };
  it("has left the run once it says so with nothing left, and is neither lost nor missed after that", async () => {
    const { agent, inject, of, gone, clock } = stage();
    inject();
    leave(agent, false);
    expect(of("left")).toEqual([]);
    leave(agent, true);
    agent.line.closed({ code: 1000, why: "the agent ends" });
    gone.add(4_242);
    await clock.advance(10_000);
    expect(of("left")).toEqual([{ type: "left", boot: "b1" }]);
    expect(of("lost")).toEqual([]);
  });
  it("is sent no order from its first word on, and no refusal of it counts", async () => {
    const { agent, fleet, inject, of, live } = stage();
    inject();
    const { session, epoch, gen } = agent.last("apply")!;
    const orders = agent.count("apply") + agent.count("renew");
    leave(agent, false);
    fleet.setDesired(asRunId("run-1"), 2, []);
    await live(2);
    expect(agent.count("apply") + agent.count("renew")).toBe(orders);
    const seen = { epoch, gen };
    agent.line.receive({ type: "refused", session, epoch, gen, why: "policy", detail: "it ends", seen });
    expect(of("refused")).toEqual([]);
  });
  it("with something left has lost its faults as by a lapse", () => {
    const { agent, inject, of } = stage();
    inject();
    leave(agent, true, { held: 3 });
    expect(of("left")).toEqual([]);
    expect(of("lost")).toEqual([{ type: "lost", boot: "b1", how: "lapsed" }]);
  });
  it("without its last word is lost when its process is gone", async () => {
    const { agent, inject, of, gone, clock } = stage();
    inject();
    leave(agent, false);
    agent.line.closed();
    gone.add(4_242);
    await clock.advance(500);
    expect(of("lost")).toEqual([{ type: "lost", boot: "b1", how: "exited" }]);
  });
  it("is graded as attested by the audit, and one of its boot that comes again is asked anew", async () => {
    const { agent, fleet, inject, of, clock } = stage();
    inject();
    leave(agent, true);
    agent.line.closed({ code: 1000, why: "the agent ends" });
    fleet.revert(asRunId("run-1"), 2);
    expect(of("graded")).toMatchObject([{ boot: "b1", revision: 2, grade: "attested" }]);
    agent.connect(fleet);
    fleet.revert(asRunId("run-1"), 3);
    await clock.advance(100);
    expect(of("graded")).toHaveLength(1);
    agent.attest(agent.last("drop")!.nonce);
    expect(of("graded")).toMatchObject([{}, { revision: 3, grade: "attested" }]);
  });
  it("of another session is not heard", () => {
    const { agent, inject, of } = stage();
    inject();
    const proof = { remains: { live: 0, held: 0, wounded: 0, external: 0 }, receipts: [], watches: [] };
    agent.line.receive({ type: "leaving", session: "another", epoch: 3, gen: 0, isOver: true, ...proof });
    expect(of("left")).toEqual([]);
  });
});

describe("the residue audit", () => {
  const reverted = () => {
    const all = stage();
    all.inject();
    all.fleet.revert(asRunId("run-1"), 2);
    return all;
  };
  it("is satisfied by an answer to a nonce issued after the revert, and to no other (invariant 15)", async () => {
    const { agent, of, live, fleet } = stage();
    fleet.setDesired(asRunId("run-1"), 1, ["slow"]);
    agent.applied();
    fleet.withdraw(asRunId("run-1"));
    const early = agent.last("drop")!.nonce;
    fleet.revert(asRunId("run-1"), 2);
    agent.attest(early);
    agent.attest("made up");
    agent.attest(agent.last("drop")!.nonce, {}, asAgentBoot("another boot"));
    await live(1);
    expect(of("graded")).toEqual([]);
    agent.attest(agent.last("drop")!.nonce);
    expect(of("graded")).toMatchObject([{ boot: "b1", revision: 2, grade: "attested" }]);
  });
  it("asks again each second until it is answered", async () => {
    const { agent, live, of } = reverted();
    await live(4);
    expect(agent.count("drop")).toBe(5);
    expect(
      new Set(agent.heard.filter(({ type }) => type === "drop").map((drop) => "nonce" in drop && drop.nonce)).size,
    ).toBe(5);
    agent.attest(agent.last("drop")!.nonce);
    await live(4);
    expect(agent.count("drop")).toBe(5);
    expect(of("graded")).toHaveLength(1);
  });
  it("does not take an agent for clean that still holds something, however long it says so", async () => {
    const { agent, live, of } = reverted();
    for (let i = 0; i < 31; i++) {
      agent.attest(agent.last("drop")!.nonce, { wounded: 1 });
      await live(1);
    }
    expect(of("graded")).toMatchObject([{ grade: "unknown", detail: "it still had 1 wounded 30 s after the revert" }]);
  });
  it("infers once the last grant is over by the server's clock, and not a moment before", async () => {
    const { clock, of } = reverted();
    await clock.advance(5_250);
    expect(of("graded")).toEqual([]);
    await clock.advance(500);
    expect(of("graded")).toMatchObject([{ grade: "inferred" }]);
  });
  it("witnesses the end of the process, by its parent or by looking", async () => {
    const first = reverted();
    first.fleet.agentExited(4_242);
    expect(first.of("lost")).toMatchObject([{ how: "exited" }]);
    expect(first.of("graded")).toMatchObject([{ grade: "witnessed" }]);
    const second = reverted();
    second.agent.line.closed();
    second.gone.add(4_242);
    await second.clock.advance(300);
    expect(second.of("graded")).toMatchObject([{ grade: "witnessed" }]);
  });
  it("reaches an agent that was away when the revert came", async () => {
    const { agent, fleet, inject, clock, of } = stage();
    inject();
    agent.line.closed();
    fleet.revert(asRunId("run-1"), 2);
    await clock.advance(500);
    agent.connect(fleet, ["run-1/slow@a->b"]);
    await clock.advance(1_000);
    agent.attest(agent.last("drop")!.nonce);
    expect(of("graded")).toMatchObject([{ grade: "attested" }]);
  });
  it("gives back to other runs of the agent what the drop took from them", async () => {
    const { fleet, agent, inject, clock } = stage();
    fleet.register({
      plan: planOf({ run: asRunId("run-2") }),
      endsAtMs: clock.nowMs() + 60_000,
      ...{ post: () => {}, tickedMs: () => clock.nowMs(), counted: () => {}, stalled: () => {} },
    });
    fleet.assign(asRunId("run-2"), [{ instance: asInstance("b1"), boot: asAgentBoot("b1") }]);
    inject();
    fleet.setDesired(asRunId("run-2"), 1, ["cut"]);
    fleet.revert(asRunId("run-1"), 2);
    expect(agent.heard.at(-2)!.type).toBe("drop");
    expect(agent.heard.at(-1)).toMatchObject({ type: "apply", faults: [{ id: "run-2/cut@a->b" }] });
  });
});

describe("an agent that met servers of another database", () => {
  const later: number[] = [];
  const met = (cluster: string, config = { cluster: "ours" } as { cluster?: string }) => {
    later.length = 0;
    const { fleet } = stage({ ...config, onLaterEpoch: (epoch) => void later.push(epoch) });
    const agent = new Puppet(asAgentBoot("b9"), {
      cluster,
      seen: { epoch: 70, gen: 4 },
      table: { epoch: 3, gen: 4, ids: [asFaultId("r/f@a->b")] },
    });
    agent.connect(fleet);
    return agent;
  };
  it("is asked to drop what it holds by the word of those, and its epochs raise nothing here", () => {
    const agent = met("theirs");
    expect(agent.last("welcome")).toMatchObject({ epoch: 3, cluster: "ours" });
    expect(agent.last("drop")).toBeDefined();
    expect(later).toEqual([]);
  });
  it("is believed about the epochs of this database, and so is one that does not tell whose they are", () => {
    for (const cluster of ["ours", ""]) {
      met(cluster);
      expect(later).toEqual([70]);
    }
    met("theirs", {});
    expect(later).toEqual([70]);
  });
});
