/** A start that is sent twice starts once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentOf } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.ask("POST /api/v1/halt", { body: { reason: "the test is over" } });
  await stage.close();
});

const start = (key: string | null, body: unknown = { experiment: experimentOf(), seed: 1 }, token?: string) =>
  stage.ask("POST /api/v1/runs", {
    body,
    headers: key === null ? {} : { "idempotency-key": key },
    ...(token === undefined ? {} : { token }),
  });

describe("a start with an Idempotency-Key", () => {
  it("is the same run however often it is sent, also all at once", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => start("deploy-42")));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    expect((await stage.ask("GET /api/v1/runs")).body.runs).toHaveLength(1);
    expect(answers[0]!.headers.location).toBe(`/api/v1/runs/${answers[0]!.body.id}`);
  });
  it("is refused when the key was used for something else", async () => {
    const other = await start("deploy-42", { experiment: experimentOf(), seed: 2 });
    expect(other).toMatchObject({ status: 409, body: { code: "key-reused" } });
  });
  it("means nothing to another principal, and nothing without a key", async () => {
    const { token } = await stage.newToken("operator");
    const ids = [
      await start("deploy-42"),
      await start("deploy-42", undefined, token),
      await start(null),
      await start(null),
    ];
    expect(new Set(ids.map(({ body }) => body.id)).size).toBe(4);
  });
  it("starts a stored experiment by name, and refuses one that nobody applied", async () => {
    await stage.ask("PUT /api/v1/documents/Experiment/tiny", { body: experimentOf() });
    const { status, body } = await start(null, { stored: { name: "tiny" } });
    expect(status).toBe(201);
    const { runs } = (await stage.ask("GET /api/v1/runs?experiment=tiny")).body;
    expect(runs.find(({ id }: { id: string }) => id === body.id)).toMatchObject({ version: 1 });
    expect((await start(null, { stored: { name: "nobody" } })).body.code).toBe("no-such-document");
    expect((await start(null, { stored: { name: "tiny", version: 9 } })).body.code).toBe("no-such-document");
    expect((await start(null, { stored: { name: "tiny" }, experiment: {} })).status).toBe(400);
    expect((await start(null, {})).status).toBe(400);
  });
});
