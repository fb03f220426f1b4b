/** Resuming a stream of server-sent events, and ending the stream for good (HTML Standard, 9.2). */
import { afterAll, beforeAll, expect, it } from "vitest";
import { experimentOf } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let run: string;
let last: number;
beforeAll(async () => {
  stage = await openStage();
  run = await stage.house.start(experimentOf());
  await stage.ask(`POST /api/v1/runs/${run}/halt`);
  await stage.house.ended(run);
  last = (await stage.house.journal(run)).at(-1)!.sequence;
});
afterAll(() => stage.close());
const events = (id: string | null, of = run, headers = {}) =>
  stage.ask(`GET /api/v1/runs/${of}/events`, {
    headers: { ...headers, ...(id === null ? {} : { "last-event-id": id }) },
  });

it("tells proxies not to hold it back, as every stream does", async () => {
  for (const path of [`/api/v1/runs/${run}/events`, "/api/v1/traffic/events", "/api/v1/verify", "/api/v1/backup"])
    expect((await stage.ask(`GET ${path}`)).headers["x-accel-buffering"]).toBe("no");
});
it("of a finished run answers 204 to whoever has its last record, so that EventSource asks no more", async () => {
  const over = await events(String(last));
  expect(over).toMatchObject({ status: 204, text: "" });
  expect(over.headers["content-type"]).toBeUndefined();
  for (const id of [null, "", "0", String(last - 1)]) {
    const answer = await events(id);
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "text/event-stream; charset=utf-8" } });
  }
});
it("refuses an id that is no number, or of no record", async () => {
  for (const id of [
    "x",
    "-1",
    "1.5",
    "1e3",
    "0x1",
    " 7 8",
    String(last + 1),
    "999999999999999999999999",
    `${2 ** 31}`,
    "NaN",
  ]) {
    const refused = await events(id);
    expect([id, refused.status, refused.body.code]).toEqual([id, 400, "bad-request"]);
  }
  expect((await events(String(last + 1))).body.message).toContain(`has no record ${last + 1}`);
  expect((await events("5", "nobody")).status).toBe(404);
});
it("of a run under way goes on after the record that is named", async () => {
  const live = await stage.house.start(experimentOf());
  await stage.house.live(live);
  const seen = (await stage.house.journal(live)).at(-1)!.sequence;
  expect((await events(String(seen + 1_000), live)).status).toBe(400);
  expect((await events(String(seen), live)).status).toBe(200);
  await stage.ask(`POST /api/v1/runs/${live}/halt`);
  await stage.house.ended(live);
});
