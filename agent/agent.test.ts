import { describe, expect, test } from "vitest";
import { asEdgeId, asFaultId } from "../experiments/model/names.ts";
import { EDGES, fault, setUp, watch } from "../test/agent/stage.ts";
import { ALLOW_ALL } from "./policy.ts";

const answers = (messages: readonly { readonly type: string }[]) => messages.map(({ type }) => type);

describe("an order", () => {
  test("is held from the moment it was heard, and said to be", async () => {
    const { enter, pulse, apply, acting } = await setUp();
    enter();
    pulse();
    expect(apply({ gen: 1 })).toEqual([{ type: "applied", session: "s1", epoch: 1, gen: 1 }]);
    expect(acting()).toEqual(["slow"]);
  });

  test("replaces the whole set before it", async () => {
    const { enter, pulse, apply, acting } = await setUp();
    enter();
    pulse();
    apply({ gen: 1 });
    apply({ gen: 2, faults: [fault({ id: asFaultId("run/other@a->b"), name: "other" })] });
    expect(acting()).toEqual(["other"]);
  });

  test("of another session is not heard", async () => {
    const { enter, pulse, apply, acting, drop } = await setUp();
    pulse();
    expect(apply({ gen: 1 })).toEqual([]);
    enter("s2");
    pulse();
    expect(apply({ gen: 1 }, "s1")).toEqual([]);
    expect(acting()).toEqual([]);
    expect(answers(drop("n"))).toEqual(["attest"]);
  });

  test("of a deposed server is fenced off, and one that is not newer is stale", async () => {
    const { enter, pulse, apply, acting } = await setUp();
    enter("s1", 2);
    pulse();
    expect(apply({ gen: 9, epoch: 1 })).toMatchObject([{ type: "refused", why: "fenced", seen: { epoch: 2, gen: 0 } }]);
    apply({ gen: 3, epoch: 2 });
    for (const gen of [2, 3]) expect(apply({ gen, epoch: 2 })).toMatchObject([{ type: "refused", why: "stale" }]);
    expect(acting()).toEqual(["slow"]);
  });

  test("is dropped again at once where the machine slept before it came, and each 250 ms where it sleeps later", async () => {
    const { enter, pulse, apply, acting, clock, sleep, said } = await setUp();
    enter();
    pulse();
    sleep(60_000);
    expect(answers(apply({ gen: 1 }))).toEqual(["applied"]);
    clock.advance(0);
    expect(acting()).toEqual([]);
    expect(said).toMatchObject([{ type: "lapsed", gen: 1, why: "clock-jump" }]);
    apply({ gen: 2 });
    clock.advance(100);
    expect(acting()).toEqual(["slow"]);
    sleep(60_000);
    clock.advance(250);
    expect(acting()).toEqual([]);
  });

  test("counts its lease from the sending of the pulse that it answers; one that comes after that is stale", async () => {
    const { enter, pulse, apply, acting, clock } = await setUp();
    enter();
    pulse();
    clock.advance(4_000);
    apply({ gen: 1, basis: 1 });
    clock.advance(999);
    expect(acting()).toEqual(["slow"]);
    clock.advance(1);
    expect(acting()).toEqual([]);
    expect(apply({ gen: 2, basis: 1 })).toMatchObject([{ type: "refused", why: "stale" }]);
    expect(acting()).toEqual([]);
  });

  test("is stale when it answers a pulse of another session", async () => {
    const { enter, pulse, apply } = await setUp();
    enter();
    for (let n = 0; n < 5; n++) pulse();
    enter("s2");
    pulse();
    expect(apply({ gen: 1, basis: 5 }, "s2")).toMatchObject([{ type: "refused", why: "stale" }]);
    expect(apply({ gen: 1, basis: 1 }, "s2")).toMatchObject([{ type: "applied" }]);
  });

  test("of something that is watched only changes what is counted", async () => {
    const { enter, pulse, apply, drop } = await setUp();
    enter();
    pulse();
    expect(answers(apply({ gen: 1, faults: [], watches: [watch()] }))).toEqual(["applied", "attest"]);
    expect(drop("n")).toMatchObject([{ nonce: "n", watches: [{ id: "run/fast/during" }] }]);
  });
});

describe("an edge whose endpoints come and go", () => {
  const moved = (...endpoints: readonly string[]) =>
    EDGES.map((edge) => (edge.id === "a->b" ? { ...edge, endpoints } : edge));
  test("keeps its faults, which act on the newcomers at once, and tells the hits of each", async () => {
    const { enter, pulse, apply, acting, agent, clock } = await setUp();
    enter();
    pulse();
    apply({ gen: 1, faults: [fault({ action: { kind: "abort", params: { status: 503, body: "", headers: {} } } })] });
    await agent.edges.serve(moved("127.0.0.1:8"));
    expect(acting("a->b", "127.0.0.1:8")).toEqual(["slow"]);
    expect(agent.remains().live).toBe(1);
    clock.advance(1_000);
    expect(agent.edges.receipts(clock.nowMs())).toMatchObject([{ liveMs: 1_000, seen: 1 }]);
  });
  test("loses its faults when anything else of it changes too", async () => {
    const { enter, pulse, apply, acting, agent } = await setUp();
    enter();
    pulse();
    apply({ gen: 1 });
    await agent.edges.serve(moved("127.0.0.1:8").map((edge) => ({ ...edge, healthPath: "/ready" })));
    expect(acting()).toEqual([]);
    expect(agent.remains().live).toBe(0);
  });
  test("takes a fault that selects an endpoint before the edge has it, and acts there alone once it has", async () => {
    const { enter, pulse, apply, acting, agent } = await setUp();
    enter();
    pulse();
    const endpoints = ["127.0.0.1:8"];
    expect(apply({ gen: 1, faults: [fault({ endpoints })] })).toMatchObject([{ type: "applied" }]);
    expect(acting("a->b", "127.0.0.1:2")).toEqual([]);
    await agent.edges.serve(moved("127.0.0.1:2", "127.0.0.1:8"));
    expect(acting("a->b", "127.0.0.1:8")).toEqual(["slow"]);
    expect(acting("a->b", "127.0.0.1:2")).toEqual([]);
  });
  test("lets a live fault follow another selection without a new life: its time and its end go on", async () => {
    const { enter, pulse, apply, acting, agent, clock } = await setUp();
    enter();
    pulse();
    await agent.edges.serve(moved("127.0.0.1:2", "127.0.0.1:8"));
    apply({ gen: 1, faults: [fault({ endpoints: ["127.0.0.1:2"], notAfterMs: 4_500 })] });
    clock.advance(2_000);
    pulse();
    apply({ gen: 2, faults: [fault({ endpoints: ["127.0.0.1:8"], notAfterMs: 60_000 })] });
    expect(acting("a->b", "127.0.0.1:8")).toEqual(["slow"]);
    expect(acting("a->b", "127.0.0.1:2")).toEqual([]);
    clock.advance(1_000);
    expect(agent.edges.receipts(clock.nowMs())).toMatchObject([{ liveMs: 3_000 }]);
    clock.advance(1_500);
    expect(acting("a->b", "127.0.0.1:8")).toEqual([]);
  });
  test("keeps the sightings of marks that are not told yet when a selection follows", async () => {
    const { agent } = await setUp();
    const order = (endpoints: readonly string[] | null) => ({
      ...{ run: fault().run, key: "0".repeat(32), tag: 1 },
      faults: [
        { id: fault().id, edge: fault().edge, match: null, endpoints: endpoints === null ? null : [...endpoints] },
      ],
    });
    agent.edges.listMarks([order(null)]);
    const [log] = agent.edges.marks.on(fault().edge)!.openLogs;
    agent.edges.listMarks([order(["127.0.0.1:8"])]);
    expect(agent.edges.marks.on(fault().edge)!.openLogs).toEqual([log]);
    expect(log!.fault.endpoints).toEqual(["127.0.0.1:8"]);
    agent.edges.listMarks([{ ...order(null), tag: 2 }]);
    expect(agent.edges.marks.on(fault().edge)!.openLogs[0]).not.toBe(log);
  });
});

describe("an agent that ends in order", () => {
  test("drops its faults at once, takes no order any more, and says so instead of a lapse", async () => {
    const { enter, pulse, apply, acting, agent, said } = await setUp();
    enter();
    pulse();
    apply({ gen: 1 });
    agent.leave("the agent ends");
    expect(acting()).toEqual([]);
    expect(said).toEqual([]);
    expect(agent.leaving("s1", true)).toMatchObject({ type: "leaving", isOver: true, remains: { live: 0 } });
    pulse();
    expect(apply({ gen: 2 })).toMatchObject([{ type: "refused", why: "policy" }]);
  });
  test("counts what was under way, and what comes after, as escaped from the faults that were live", async () => {
    const { enter, pulse, apply, agent, observerOf } = await setUp();
    enter();
    pulse();
    apply({ gen: 1 });
    const begin = () => observerOf.get("a->b")!.began(null, 0);
    begin();
    agent.leave("the agent ends");
    begin();
    expect(agent.leaving("s1", true)).toMatchObject({ receipts: [{ escaped: 2 }] });
    expect(agent.leaving("s1", true)).toMatchObject({ receipts: [{ escaped: 2 }] });
  });
});

test("invariant 3: an expired order never lives again, whatever is replayed", async () => {
  const { enter, pulse, apply, renew, acting, clock, said } = await setUp();
  enter();
  pulse();
  apply({ gen: 1 });
  clock.advance(5_000);
  expect(said).toMatchObject([{ type: "lapsed", epoch: 1, gen: 1 }]);
  pulse();
  expect(renew(1)).toEqual([]);
  expect(acting()).toEqual([]);
  expect(apply({ gen: 1 })).toMatchObject([{ type: "refused", why: "stale" }]);
  enter("s2");
  pulse();
  apply({ gen: 1 }, "s2");
  expect(acting()).toEqual([]);
  apply({ gen: 2 }, "s2");
  expect(acting()).toEqual(["slow"]);
});

test("invariant 4: a loop that was blocked past the end decides nothing by a timer that came late", async () => {
  const { enter, pulse, apply, acting, clock, hear } = await setUp();
  enter();
  pulse();
  apply({ gen: 1 });
  clock.advance(4_800);
  clock.stall(400);
  // The lease timer has not rung: these are the first events after the stall.
  expect(acting()).toEqual([]);
  hear({ type: "renew", session: "s1", epoch: 1, gen: 1, basis: 1, leaseMs: 60_000 });
  expect(acting()).toEqual([]);
});

test("invariant 5: a process that was stopped longer than its lease faults nothing, its own end included", async () => {
  const { enter, pulse, apply, acting, clock } = await setUp();
  enter();
  pulse();
  apply({ gen: 1, faults: [fault({ notAfterMs: 1_000 })] });
  clock.stall(1_000);
  expect(acting()).toEqual([]);
  clock.advance(0);
  apply({ gen: 2, faults: [fault({ notAfterMs: 60_000 })], basis: 1 });
  expect(acting()).toEqual([]);
});

test("invariant 6: no apply and no renew moves an end later", async () => {
  const { enter, pulse, apply, renew, acting, clock } = await setUp();
  enter();
  pulse();
  apply({ gen: 1, faults: [fault({ notAfterMs: 3_000 })] });
  clock.advance(1_000);
  pulse();
  apply({ gen: 2, faults: [fault({ notAfterMs: 60_000 })] });
  renew(2);
  // The same fault with other parameters begins anew, but gets no more time.
  const params = { delay: 500, jitter: 0, distribution: "uniform", at: "request" } as const;
  apply({ gen: 3, faults: [fault({ notAfterMs: 60_000, action: { kind: "latency", params } })] });
  apply({ gen: 4, faults: [] });
  apply({ gen: 5, faults: [fault({ notAfterMs: 60_000 })] });
  clock.advance(1_999);
  expect(acting()).toEqual(["slow"]);
  clock.advance(1);
  expect(acting()).toEqual([]);
});

describe("invariant 7: the empty set and drop are accepted in every state", () => {
  type Stage = Awaited<ReturnType<typeof setUp>>;
  const holding = ({ enter, pulse, apply }: Stage, epoch = 1) => {
    enter("s1", epoch);
    pulse();
    apply({ gen: 5, epoch });
  };
  const states: readonly (readonly [string, (stage: Stage) => void])[] = [
    ["before any session", () => {}],
    ["with nothing held", ({ enter }) => enter()],
    ["holding", (stage) => holding(stage)],
    ["after a later epoch", (stage) => holding(stage, 9)],
    [
      "lapsed",
      (stage) => {
        holding(stage);
        stage.clock.advance(9_000);
      },
    ],
    [
      "after a refusal",
      (stage) => {
        holding(stage);
        stage.apply({ gen: 6, faults: [{}] });
      },
    ],
    [
      "with the socket lost",
      (stage) => {
        holding(stage);
        stage.agent.enterSession(null, 0);
      },
    ],
  ];
  test.each(states)("%s", async (_, reach) => {
    const stage = await setUp();
    reach(stage);
    const clean = { live: 0, held: 0, wounded: 0, external: 0 };
    expect(stage.drop("first")).toMatchObject([{ type: "attest", nonce: "first", boot: "boot", remains: clean }]);
    expect(stage.hear({ type: "drop", nonce: "later", added: "by a later version" })).toMatchObject([
      { nonce: "later" },
    ]);
    expect(stage.acting()).toEqual([]);
  });
  test.each(states.filter(([name]) => name !== "before any session" && name !== "with the socket lost"))(
    "the empty set, however old, %s",
    async (_, reach) => {
      const stage = await setUp();
      reach(stage);
      const answer = stage.apply({ gen: 0, epoch: 0, basis: 12_345, faults: [] });
      expect(answer.at(-1)).toMatchObject({ type: "attest", nonce: "", remains: { live: 0 } });
      expect(stage.acting()).toEqual([]);
    },
  );
  test("a drop that is garbled is still a drop", async () => {
    const { enter, pulse, apply, hear, acting } = await setUp();
    enter();
    pulse();
    apply({ gen: 1 });
    expect(answers(hear({ type: "drop" }))).toEqual(["attest"]);
    expect(acting()).toEqual([]);
  });
});

describe("invariant 8: a bad apply leaves an empty table and `refused`", () => {
  const bad: readonly (readonly [string, object, string])[] = [
    ["an unknown kind", { action: { kind: "earthquake", params: {} } }, "unsupported"],
    [
      "a kind that its edge cannot carry",
      { edge: "a->c", action: { kind: "abort", params: { status: 500, body: "", headers: {} } } },
      "unsupported",
    ],
    ["an edge that is not served", { edge: "a->z" }, "unsupported"],
    ["bad parameters", { action: { kind: "latency", params: { delay: -1 } } }, "unsupported"],
    ["a share beyond 1", { share: { steps: [1.5], eachMs: 0, by: "request" } }, "unsupported"],
    ["an end beyond 2 h", { notAfterMs: 7_200_001 }, "unsupported"],
    ["a pattern that does not compile", { match: { path: { regex: "(" } } }, "unsupported"],
    ["a key that nobody knows", { sometimes: true }, "unsupported"],
    ["no id", { id: undefined }, "unsupported"],
  ];
  test.each(bad)("%s", async (_, change, why) => {
    const { enter, pulse, apply, acting, agent } = await setUp();
    enter();
    pulse();
    apply({ gen: 1 });
    const order = { ...fault({ id: asFaultId("run/other@a->b"), name: "other" }), ...change };
    expect(apply({ gen: 2, faults: [fault(), order] })).toMatchObject([{ type: "refused", why, epoch: 1, gen: 2 }]);
    expect([...acting(), ...acting("a->c")]).toEqual([]);
    expect(agent.remains()).toEqual({ live: 0, held: 0, wounded: 0, external: 0 });
    // The desired state from before the bad order does not come back either.
    expect(apply({ gen: 2 })).toMatchObject([{ type: "refused", why: "stale" }]);
    apply({ gen: 3 });
    expect(acting()).toEqual(["slow"]);
  });

  test("what the agent's own policy forbids", async () => {
    for (const policy of [
      { ...ALLOW_ALL, kinds: ["abort"] },
      { ...ALLOW_ALL, greatestShare: 0.5 },
    ]) {
      const { enter, pulse, apply, acting } = await setUp({ policy });
      enter();
      pulse();
      expect(apply({ gen: 1 })).toMatchObject([{ type: "refused", why: "policy" }]);
      expect(acting()).toEqual([]);
    }
  });

  test("one that is not even whole", async () => {
    const { enter, pulse, apply, hear, acting } = await setUp();
    enter();
    pulse();
    apply({ gen: 1 });
    expect(hear({ type: "apply", session: "s1" })).toMatchObject([{ type: "refused", why: "unsupported" }]);
    expect(acting()).toEqual([]);
  });
});

describe("invariant 15: nothing but this process can answer for its faults", () => {
  test("an attestation carries the nonce it was asked with and the boot that answers", async () => {
    const one = await setUp();
    expect(one.drop("n1")).toMatchObject([{ nonce: "n1", boot: "boot" }]);
    expect(one.drop("n2")).toMatchObject([{ nonce: "n2", boot: "boot" }]);
  });
  test("what an emptied agent attests stays true: no order from before the drop fills it again", async () => {
    const { enter, pulse, apply, drop, acting } = await setUp();
    enter();
    pulse();
    apply({ gen: 4 });
    drop("n");
    for (const gen of [3, 4]) apply({ gen });
    expect(acting()).toEqual([]);
  });
});

test("an agent that is about to end takes no fault any more", async () => {
  const { agent, enter, pulse, apply, acting, drop, said } = await setUp();
  enter();
  pulse();
  apply({ gen: 1 });
  agent.retire("SIGTERM");
  expect(said).toMatchObject([{ type: "lapsed", why: "SIGTERM" }]);
  expect(apply({ gen: 2 })).toMatchObject([{ type: "refused", why: "policy" }]);
  expect(acting()).toEqual([]);
  expect(drop("n")).toMatchObject([{ type: "attest", nonce: "n" }]);
});

test("a lost socket alone takes nothing away; the lease does", async () => {
  const { enter, pulse, apply, acting, agent, clock } = await setUp();
  enter();
  pulse();
  apply({ gen: 1 });
  agent.enterSession(null, 0);
  clock.advance(4_999);
  expect(acting()).toEqual(["slow"]);
  clock.advance(1);
  expect(acting()).toEqual([]);
});

describe("a server of another cluster", () => {
  test("takes away what those of the first one ordered, and its epochs are its own", async () => {
    const { agent, enter, pulse, apply, acting, said } = await setUp();
    enter("s1", 70, "first");
    pulse();
    expect(apply({ gen: 5, epoch: 70 })).toMatchObject([{ type: "applied" }]);
    agent.enterSession(null, 0);
    enter("s2", 3, "second");
    expect(acting()).toEqual([]);
    expect(said).toMatchObject([{ type: "lapsed", epoch: 70, gen: 5, why: expect.stringMatching(/another database/) }]);
    expect(agent.hello()).toMatchObject({ cluster: "second", seen: { epoch: 3 }, table: { ids: [] } });
    pulse();
    expect(apply({ gen: 1, epoch: 3 }, "s2")).toMatchObject([{ type: "applied" }]);
    expect(acting()).toEqual(["slow"]);
  });
  test("changes nothing of what was heard from the first one: no order of that one comes to life again", async () => {
    const { agent, enter, pulse, apply } = await setUp();
    enter("s1", 70, "first");
    pulse();
    apply({ gen: 5, epoch: 70 });
    enter("s2", 90, "second");
    enter("s3", 70, "first");
    expect(agent.hello()).toMatchObject({ cluster: "first", seen: { epoch: 70, gen: 5 } });
    pulse();
    expect(apply({ gen: 5, epoch: 70 }, "s3")).toMatchObject([{ type: "refused", why: "stale" }]);
    expect(apply({ gen: 9, epoch: 69 }, "s3")).toMatchObject([{ type: "refused", why: "fenced" }]);
    expect(apply({ gen: 6, epoch: 70 }, "s3")).toMatchObject([{ type: "applied" }]);
  });
  test("is known by its name alone: one that does not tell, and the first one that does, are taken for those of before", async () => {
    const { agent, enter, pulse, apply, acting } = await setUp();
    enter("s1", 1);
    pulse();
    apply({ gen: 1 });
    for (const [session, cluster] of [
      ["s2", "first"],
      ["s3", null],
      ["s4", "first"],
    ] as const) {
      enter(session, 1, cluster);
      expect(acting()).toEqual(["slow"]);
    }
    expect(agent.hello()).toMatchObject({ cluster: "first", seen: { epoch: 1, gen: 1 } });
  });
});

test("receipts outlive the fault that they are of", async () => {
  const { enter, pulse, apply, acting, drop } = await setUp();
  enter();
  pulse();
  apply({ gen: 1 });
  acting();
  acting();
  const [attest] = drop("n");
  expect(attest).toMatchObject({ receipts: [{ id: "run/slow@a->b", seen: 2, matched: 2 }] });
  expect(drop("m")).toMatchObject([{ receipts: [{ matched: 2 }] }]);
});

test("a local order holds each fault to its own end, without a server", async () => {
  const { agent, acting, clock } = await setUp();
  expect(agent.holdLocally([fault({ notAfterMs: 2_000 })])).toBeNull();
  clock.advance(1_999);
  expect(acting()).toEqual(["slow"]);
  clock.advance(1);
  expect(acting()).toEqual([]);
  expect(agent.holdLocally([fault({ edge: asEdgeId("a->z") })])).toContain("a → z");
});
