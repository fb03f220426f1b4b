/** Schedules, policies and webhooks of a real server, through the API, with real runs. */
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentOf, type House, openHouse } from "../server/house.ts";
import { answers, Receiver, verified } from "./receiver.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
/** Cron pattern that never fires while the tests run. */
const SELDOM = "0 0 29 2 *";

let house: House;
const receiver = new Receiver();
const desk = new Receiver();
beforeAll(async () => {
  const hook = { secret: SECRET, timeoutMs: 5_000, unreachable: "refuse" } as const;
  desk.behaviours = [answers(200, { allow: true })];
  house = await openHouse({
    config: {
      webhooks: [
        { ...hook, name: "ops", url: await receiver.listen(), events: ["start", "halt", "verdict"] },
        { ...hook, name: "desk", url: await desk.listen(), events: ["preflight"] },
      ],
    },
  });
});
afterAll(async () => {
  await house.close();
  await Promise.all([receiver.close(), desk.close()]);
});

const apply = async (kind: string, name: string, spec: object): Promise<void> => {
  const document = { apiVersion: "squall.dev/v1", kind, metadata: { name }, spec };
  const response = await house.call("PUT", `/api/v1/documents/${kind}/${name}`, document);
  expect(response.status, await response.clone().text()).toBeLessThan(300);
};
const trigger = async (): Promise<{ status: number; body: { id: string; code: string; message: string } }> => {
  const response = await house.call("POST", "/api/v1/schedules/nightly/trigger", {});
  return { status: response.status, body: (await response.json()) as { id: string; code: string; message: string } };
};
const nightly = async () =>
  (await (await house.call("GET", "/api/v1/schedules/nightly")).json()) as {
    paused: { reason: string } | null;
    last: { outcome: string; run: string; verdict: string }[];
  };
/** Events that the receiver got about a run. */
const events = (run: string) =>
  receiver.received.filter(({ body }) => (body.run as { id: string }).id === run).map(({ body }) => body.event);
const eventually = async (what: () => Promise<boolean> | boolean): Promise<void> => {
  for (let i = 0; i < 500 && !(await what()); i++) await setTimeout(10);
};

describe("a server", () => {
  it("runs what a schedule says, draws the consequence, and tells of it", async () => {
    await apply("Experiment", "tiny", experimentOf().spec);
    await apply("Schedule", "nightly", { experiment: "tiny", cron: SELDOM, after: { HELD: "pause" } });
    const { status, body } = await trigger();
    expect(status).toBe(201);
    expect(await house.ended(body.id)).toMatchObject({ verdict: "HELD" });
    await eventually(async () => (await nightly()).paused !== null && events(body.id).length === 2);
    const { paused, last } = await nightly();
    expect(paused?.reason).toContain(`run ${body.id} ended HELD`);
    expect(last).toMatchObject([{ outcome: "triggered", run: body.id, verdict: "HELD" }]);
    expect(events(body.id)).toEqual(["start", "verdict"]);
    expect(verified(receiver.received[0]!, SECRET, Date.now())).toBeLessThan(60);
    expect(desk.received[0]!.body).toMatchObject({ event: "preflight", plan: { run: body.id, experiment: "tiny" } });
  });

  it("starts nothing that a preflight webhook refuses", async () => {
    desk.behaviours = [answers(200, { allow: false, reason: "payments deploys" })];
    const { status, body } = await trigger();
    expect([status, body.code]).toEqual([422, "preflight-refused"]);
    expect(body.message).toContain("payments deploys");
    desk.behaviours = [answers(200, { allow: true })];
  });

  it("invariant 21: halts what is live when a freeze begins, and starts nothing inside it", async () => {
    const id = await house.start(experimentOf({ during: "20s" }));
    await house.live(id);
    const freezes = [{ from: "2020-01-01", to: "2099-12-31", reason: "the great sale" }];
    await apply("Policy", "sale", { where: [{ to: "payments" }], freezes });
    const report = await house.ended(id);
    expect(report).toMatchObject({ verdict: "HALTED", because: "freeze" });
    expect(house.agent.isLive).toBe(false);
    await eventually(() => events(id).length === 3);
    // Halts have connections of their own, so a receiver may get one before or after the run's other events.
    expect(events(id).toSorted()).toEqual(["halt", "start", "verdict"]);
    const { status, body } = await trigger();
    expect([status, body.code]).toEqual([422, "policy-refused"]);
    expect(body.message).toContain("the great sale");
  });

  it("holds whoever starts a run to what the policies allow", async () => {
    expect((await house.call("DELETE", "/api/v1/documents/Policy/sale")).status).toBeLessThan(300);
    await apply("Policy", "careful", { allow: { faults: ["abort"] } });
    const { status, body } = await trigger();
    expect([status, body.code]).toEqual([422, "policy-refused"]);
    expect(body.message).toContain('the policy "careful" allows only abort');
  });
});
