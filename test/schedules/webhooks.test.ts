/** Webhooks against a real receiver that accepts, fails, hangs and redirects; the clock is hand-driven. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asEdgeId, asRunId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import { lineLog } from "../../server/log.ts";
import type { LifecycleEvent } from "../../server/runs/lifecycle-events.ts";
import { DenyList } from "../../server/security/deny.ts";
import { openStore, type Store } from "../../server/store/open.ts";
import type { WebhookConfig } from "../../server/webhooks/webhook.ts";
import { openWebhooks, type Webhooks } from "../../server/webhooks/webhooks.ts";
import { FakeClock } from "../server/fake-clock.ts";
import { answers, hangs, hangsUp, Receiver, verified } from "./receiver.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const ANNA = { name: "anna", role: "operator", token: "token-id-7" } as const;
const PLAN = { run: "checkout-1a2b", experiment: "checkout-survives", faults: [{ name: "slow" }] } as unknown as Plan;
const news = (what: LifecycleEvent["what"], verdict: LifecycleEvent["verdict"] = null): LifecycleEvent => ({
  ...{ what, id: asRunId("checkout-1a2b"), experiment: "checkout-survives", labels: { team: "payments" }, by: "anna" },
  ...{ schedule: "nightly", instantMs: Date.parse("2026-07-15T08:15:00Z") },
  ...{
    edges: [asEdgeId("checkout->payments")],
    suspects: [],
    verdict,
    because: null,
    reason: "61 of 400 checkouts took over 500 ms.",
  },
});

let clock: FakeClock;
let receiver: Receiver;
let store: Store;
let folder: string;
let url: string;
let log: string[];
let opened: Webhooks[];
beforeEach(async () => {
  clock = new FakeClock();
  receiver = new Receiver();
  url = await receiver.listen();
  folder = mkdtempSync(join(tmpdir(), "squall-webhooks-"));
  store = await openStore({ folder });
  log = [];
  opened = [];
});
afterEach(async () => {
  for (const webhooks of opened) await webhooks.end();
  await receiver.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (configs: readonly Partial<WebhookConfig>[] = [{}], denied = new DenyList()): Webhooks => {
  const webhooks = openWebhooks({
    ...{ clock, db: store.db, denied, log: lineLog((line) => log.push(line)) },
    webhooks: configs.map((config) => ({
      ...{ name: "ops", url, events: ["start", "halt", "verdict", "preflight"], secret: SECRET },
      ...{ timeoutMs: 5_000, unreachable: "refuse" },
      ...config,
    })),
  });
  opened.push(webhooks);
  webhooks.begin();
  return webhooks;
};
/** Waits in real time: real sockets need real turns of the event loop, however fake time stands. */
const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 20_000; i++) {
    if (await what()) return;
    await setImmediate();
  }
  throw new Error(`it never happened; the log says ${log.join(" | ")}`);
};
const told = (count: number) => until(() => receiver.received.length >= count);
/** First delivery that the outbox still holds. */
const waiting = async () =>
  (await store.db.selectFrom("deliveries").selectAll().where("done_ms", "is", null).execute())[0];
const empty = () => until(async () => (await waiting()) === undefined);

describe("a webhook", () => {
  it("is told of starts, halts and verdicts, in a body that it can check to be ours and fresh", async () => {
    const webhooks = open();
    await webhooks.notify(news("queued"));
    let count = 0;
    for (const one of [news("started"), news("halted"), news("finished", "BROKEN")]) {
      await webhooks.notify(one);
      await clock.advance(1);
      // A halt is delivered without waiting for earlier deliveries.
      await told(++count);
    }
    await empty();
    expect(receiver.received.map(({ headers, body }) => [headers["squall-event"], body.event])).toEqual([
      ["start", "start"],
      ["halt", "halt"],
      ["verdict", "verdict"],
    ]);
    const last = receiver.received[2]!;
    expect(last.body).toMatchObject({
      text: "checkout-survives ended BROKEN (run checkout-1a2b): 61 of 400 checkouts took over 500 ms.",
      run: { id: "checkout-1a2b", verdict: "BROKEN", schedule: "nightly", instant: "2026-07-15T08:15:00.000Z" },
    });
    for (const received of receiver.received) {
      expect(verified(received, SECRET, clock.wallMs())).toBeLessThan(1);
      expect(verified(received, "another secret altogether", clock.wallMs())).toBeNull();
      expect(verified({ ...received, text: `${received.text} ` }, SECRET, clock.wallMs())).toBeNull();
    }
    expect(new Set(receiver.received.map(({ headers }) => headers["squall-delivery"])).size).toBe(3);
  });

  it("is told only of the events that it asked for", async () => {
    const webhooks = open([{ name: "verdicts", events: ["verdict"] }]);
    await webhooks.notify(news("started"));
    await webhooks.notify(news("finished", "HELD"));
    await told(1);
    await empty();
    expect(receiver.received.map(({ body }) => body.event)).toEqual(["verdict"]);
  });

  it("is told again, later each time, until it takes it; as the same delivery with a fresh signature", async () => {
    receiver.behaviours = [answers(500), hangsUp, answers(302, "", { location: url }), answers(200)];
    const webhooks = open();
    await webhooks.notify(news("finished", "HELD"));
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      await told(attempt);
      await until(async () => (await waiting())?.attempts === attempt);
      const { next_ms } = (await waiting())!;
      waits.push(next_ms - clock.wallMs());
      await clock.advance(waits.at(-1)! - 1);
      expect(receiver.received).toHaveLength(attempt);
      await clock.advance(1);
    }
    await told(4);
    await empty();
    for (const [i, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(2_500 * 2 ** i);
      expect(ms).toBeLessThanOrEqual(5_000 * 2 ** i);
    }
    expect(new Set(receiver.received.map(({ headers }) => headers["squall-delivery"])).size).toBe(1);
    for (const received of receiver.received) expect(verified(received, SECRET, clock.wallMs())).not.toBeNull();
    expect(new Set(receiver.received.map(({ headers }) => headers["squall-signature"])).size).toBe(4);
    expect(log.join("\n")).toContain("it answered 302, and redirects are not followed");
  });

  it("that hangs is given up on in time, and holds up no other", async () => {
    const other = new Receiver();
    const fine = await other.listen();
    receiver.behaviours = [hangs];
    const webhooks = open([{ name: "hanging" }, { name: "fine", url: fine }]);
    await webhooks.notify(news("started"));
    await told(1);
    await until(() => other.received.length === 1);
    await webhooks.notify(news("finished", "HELD"));
    await until(() => other.received.length === 2);
    await clock.advance(5_000);
    await until(() =>
      log.some((line) => line.includes("webhook=hanging") && line.includes("no answer within 5000 ms")),
    );
    await other.close();
  });

  it("that is slow never holds a halt back, however many starts and halts it has not answered yet", async () => {
    receiver.behaviours = [hangs];
    const webhooks = open();
    for (let i = 0; i < 5; i++) await webhooks.notify(news("started"));
    await told(1);
    for (let halts = 1; halts <= 8; halts++) {
      await webhooks.notify(news("halted"));
      await told(1 + halts);
    }
    expect(receiver.received.map(({ body }) => body.event)).toEqual(["start", ...Array(8).fill("halt")]);
  });

  it("has taken what it answered 2xx, however large or slow the answer's body is", async () => {
    receiver.behaviours = [
      answers(200, "x".repeat(3_000_000)),
      (response) => void response.writeHead(202, { "content-length": "1000000" }).write("x"),
      (response) => {
        response.writeHead(200, { "content-length": "100" }).write("x", () => response.destroy());
      },
    ];
    const webhooks = open();
    for (let i = 1; i <= 3; i++) {
      await webhooks.notify(news("started"));
      await told(i);
      await empty();
    }
    await clock.advance(60_000);
    expect(receiver.received).toHaveLength(3);
    expect(log).toEqual([]);
  });

  it("is not asked again after a 4xx, which says that no other attempt will do better; after 408 and 429 it is", async () => {
    const webhooks = open();
    for (const status of [400, 401, 403, 404, 410, 413, 422]) {
      receiver.behaviours = [answers(status)];
      await webhooks.notify(news("started"));
      await empty();
    }
    expect(receiver.received).toHaveLength(7);
    expect(log[0]).toMatch(
      /^error: a webhook was not told, and is not told again: it answered 400 webhook=ops delivery=\S+ event=start attempt=1$/,
    );
    for (const [i, status] of [408, 429, 500, 503].entries()) {
      receiver.behaviours = [answers(status)];
      await webhooks.notify(news("started"));
      await told(8 + i * 2);
      await until(async () => (await waiting())?.attempts === 1);
      receiver.behaviours = [answers(200)];
      await clock.advance(5_000);
      await told(9 + i * 2);
      await empty();
      const [first, second] = receiver.received.slice(-2);
      expect(first!.headers["squall-delivery"]).toBe(second!.headers["squall-delivery"]);
      expect([first, second].map((received) => received!.headers["squall-attempt"])).toEqual(["1", "2"]);
    }
    expect(log.at(-1)).toMatch(
      /^warn: a webhook could not be told: it answered 503 webhook=ops delivery=\S+ event=start attempt=1$/,
    );
  });

  it("loses nothing when the server dies before it was told", async () => {
    receiver.behaviours = [answers(503), answers(200)];
    const first = open();
    await first.notify(news("finished", "RESIDUE"));
    await told(1);
    await until(async () => (await waiting())?.attempts === 1);
    await first.end();
    await clock.advance(60_000);
    expect(receiver.received).toHaveLength(1);
    open();
    await told(2);
    await empty();
    expect(receiver.received[1]!.text).toBe(receiver.received[0]!.text);
  });

  it("is given up on when it says that it is gone, and when it is configured no more", async () => {
    receiver.behaviours = [answers(410)];
    const webhooks = open();
    await webhooks.notify(news("started"));
    await empty();
    expect(receiver.received).toHaveLength(1);
    receiver.behaviours = [answers(500)];
    await webhooks.notify(news("started"));
    await told(2);
    await webhooks.end();
    open([]);
    await empty();
    const rows = await store.db.selectFrom("deliveries").select("problem").orderBy("problem").execute();
    expect(rows.map(({ problem }) => problem)).toEqual(["it answered 410", "this webhook is configured no more"]);
  });

  it("invariant 25: on a denied address gets no connection", async () => {
    const webhooks = open([{}], new DenyList(["127.0.0.0/8"]));
    await webhooks.notify(news("started"));
    await until(async () => (await waiting())?.attempts === 1);
    expect((await waiting())?.problem).toContain("deny list");
    expect(await webhooks.preflight(PLAN, ANNA)).toMatchObject({ allowed: false, webhook: "ops" });
    expect(receiver.received).toEqual([]);
  });
});

describe("a preflight", () => {
  it("lets a plan start on a plain yes, having seen the whole plan and who asks", async () => {
    receiver.behaviours = [answers(200, { allow: true })];
    expect(await open().preflight(PLAN, ANNA)).toEqual({ allowed: true });
    const [received] = receiver.received;
    expect(received!.body).toMatchObject({ event: "preflight", plan: PLAN, by: { name: "anna", role: "operator" } });
    expect(received!.text).not.toContain("token-id-7");
    expect(verified(received!, SECRET, clock.wallMs())).toBeLessThan(1);
  });

  it("refuses with the reason that was given, by a no or by an error of the caller", async () => {
    const webhooks = open();
    receiver.behaviours = [answers(200, { allow: false, reason: "payments deploys" })];
    expect(await webhooks.preflight(PLAN, ANNA)).toEqual({
      allowed: false,
      webhook: "ops",
      reason: "payments deploys",
    });
    receiver.behaviours = [answers(409, { reason: "an incident is open" })];
    expect(await webhooks.preflight(PLAN, ANNA)).toMatchObject({ allowed: false, reason: "an incident is open" });
    receiver.behaviours = [answers(403, "<html>")];
    expect(await webhooks.preflight(PLAN, ANNA)).toMatchObject({ allowed: false, reason: "it answered 403" });
  });

  it.each([
    ["an error of its own", answers(500, { allow: true }), "it answered 500"],
    [
      "a redirect",
      answers(307, { allow: true }, { location: "http://127.0.0.1:1/" }),
      "it answered 307, and redirects",
    ],
    ["a closed connection", hangsUp, "other side closed"],
    ["an empty yes", answers(204), 'no `"allow": true`'],
    ["a yes that is text", answers(200, { allow: "true" }), 'no `"allow": true`'],
    ["an answer without end", answers(200, "x".repeat(70_000)), "more than 64 KiB"],
  ])("fails closed on %s, and open where it was configured to", async (_, behaviour, why) => {
    receiver.behaviours = [behaviour];
    const refused = await open().preflight(PLAN, ANNA);
    expect(refused).toMatchObject({ allowed: false, webhook: "ops" });
    expect(refused.allowed ? "" : refused.reason).toContain(why);
    expect(await open([{ unreachable: "allow" }]).preflight(PLAN, ANNA)).toEqual({ allowed: true });
    expect(log.join("\n")).toContain("counts as a yes");
  });

  it("fails closed when no answer comes in time, and when nobody is there", async () => {
    receiver.behaviours = [hangs];
    const asked = open().preflight(PLAN, ANNA);
    await told(1);
    await clock.advance(4_999);
    await clock.advance(1);
    expect(await asked).toEqual({ allowed: false, webhook: "ops", reason: "it gave no answer within 5000 ms" });
    await receiver.close();
    expect(await open().preflight(PLAN, ANNA)).toMatchObject({ allowed: false });
    await receiver.listen();
  });

  it("needs the yes of every webhook that it asks, and asks only those that want to be asked", async () => {
    const other = new Receiver();
    const second = { name: "change-desk", url: await other.listen(), events: ["preflight"] } as const;
    receiver.behaviours = [answers(200, { allow: true })];
    other.behaviours = [answers(200, { allow: false, reason: "no change window" })];
    expect(await open([{}, second]).preflight(PLAN, ANNA)).toEqual({
      ...{ allowed: false, webhook: "change-desk", reason: "no change window" },
    });
    expect(await open([{}, { ...second, events: ["verdict"] }]).preflight(PLAN, ANNA)).toEqual({ allowed: true });
    expect(other.received).toHaveLength(1);
    await other.close();
  });
});
