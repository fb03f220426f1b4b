/** Readers of server-sent event streams: readers that reconnect again and again, and readers that do not read. */
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { MOST_STREAMS } from "../../server/api/streaming.ts";
import { experimentOf, until } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

interface Reader {
  readonly socket: Socket;
  readonly text: () => string;
  readonly ended: Promise<void>;
}
const read = (path: string, token: string): Reader => {
  const { hostname, port } = new URL(stage.house.server.url);
  let text = "";
  const socket = connect(Number(port), hostname, () =>
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`),
  );
  socket
    .on("error", () => {})
    .on("data", (part) => {
      text += part;
    });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  return { socket, text: () => text, ended };
};
const recordsIn = (text: string): JournalRecord[] =>
  [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json!));

it("are bounded for each token and its sessions: one too many is told to wait, and a place is free once one ends", async () => {
  const [busy, other] = [await stage.newToken("viewer"), await stage.newToken("viewer")];
  const stream = (token: string) => read("/api/v1/traffic/events", token);
  const readers = Array.from({ length: MOST_STREAMS }, () => stream(busy.token));
  await until("all are open", () => readers.every(({ text }) => text().includes("event: traffic")));
  const sent = { body: { token: busy.token }, token: null };
  const cookie = String((await stage.ask("POST /api/v1/session", sent)).headers["set-cookie"]).split(";")[0]!;
  for (const by of [{ token: busy.token }, { token: null, headers: { cookie } }]) {
    const refused = await stage.ask("GET /api/v1/traffic/events", by);
    expect(refused).toMatchObject({ status: 429, body: { code: "too-many-streams" } });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  }
  expect((await stage.ask("GET /api/v1/traffic/events", other)).status).toBe(200);
  expect((await stage.ask("GET /api/v1/gate", busy)).status).toBe(200);
  // A request that never became a stream takes no place.
  for (let i = 0; i < 3; i++) expect((await stage.ask("GET /api/v1/runs/none/events", other)).status).toBe(404);
  readers.pop()!.socket.destroy();
  await until("a place is free", async () => (await stage.ask("GET /api/v1/traffic/events", busy)).status === 200);
  for (const { socket } of readers) socket.destroy();
});

it("tell every record in order to a reader that stood still while more came than wait for it", async () => {
  const { token } = await stage.newToken("viewer");
  const run = await stage.house.start(experimentOf({ during: "2s" }));
  const path = `/api/v1/runs/${run}/events`;
  const slow = read(path, token);
  slow.socket.once("data", () => slow.socket.pause());
  await stage.house.live(run);
  await stage.house.ended(run);
  slow.socket.resume();
  await until("it is told the end", () => slow.text().includes('"kind":"closed"'));
  const told = recordsIn(slow.text()).map(({ sequence }) => sequence);
  const journal = (await stage.house.journal(run)).map(({ sequence }) => sequence);
  expect(told).toEqual(journal);
  slow.socket.destroy();
});
