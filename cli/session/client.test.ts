import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { JournalRecord } from "../../experiments/model/journal.ts";
import { ApiRefusal, connect, eventsIn } from "./client.ts";

async function* chunks(...texts: string[]) {
  for (const text of texts) yield new TextEncoder().encode(text);
}
const events = async (...texts: string[]) => {
  const found: string[] = [];
  for await (const data of eventsIn(chunks(...texts))) found.push(data);
  return found;
};

describe("server-sent events", () => {
  it("are read whatever way the bytes are cut", async () => {
    const text = 'id: 1\nevent: record\ndata: {"a":"é"}\n\n: comment\n\nevent: record\r\ndata: one\r\ndata:two\r\n\r\n';
    const whole = ['{"a":"é"}', "one\ntwo"];
    expect(await events(text)).toEqual(whole);
    const bytes = new TextEncoder().encode(text);
    async function* single() {
      for (const byte of bytes) yield new Uint8Array([byte]);
    }
    const found: string[] = [];
    for await (const data of eventsIn(single())) found.push(data);
    expect(found).toEqual(whole);
  });
  it("of other names, and one that was cut off, are passed over", async () => {
    expect(await events("event: ping\ndata: x\n\ndata: y\n\nevent: record\ndata: half")).toEqual([]);
  });
});

let server: Server | undefined;
afterEach(() => new Promise<void>((done) => (server === undefined ? done() : server.close(() => done()))));
const listen = async (...answers: ((last: string | undefined) => { status?: number; body: string })[]) => {
  const seen: (string | undefined)[] = [];
  server = createServer((request, response) => {
    const last = request.headers["last-event-id"] as string | undefined;
    seen.push(last);
    const { status = 200, body } = answers[Math.min(seen.length, answers.length) - 1]!(last);
    response.writeHead(status, { "content-type": "text/event-stream", connection: "close" }).end(body);
  });
  await new Promise<void>((done) => server!.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
};
const event = (sequence: number, kind = "event") =>
  `id: ${sequence}\nevent: record\ndata: ${JSON.stringify({ sequence, entry: { kind } })}\n\n`;
const noSleep = async () => {};
const sequencesOf = async (records: AsyncGenerator<JournalRecord>) => {
  const sequences: number[] = [];
  for await (const { sequence } of records) sequences.push(sequence);
  return sequences;
};

describe("the records of a run", () => {
  it("are taken up again behind the last one when the stream breaks, and none comes twice", async () => {
    const { url, seen } = await listen(
      () => ({ body: event(1) + event(2) }),
      () => ({ body: event(2) + event(3) + event(4, "closed") }),
    );
    expect(await sequencesOf(connect(url, "t", noSleep).records("r"))).toEqual([1, 2, 3, 4]);
    expect(seen).toEqual([undefined, "2"]);
  });
  it("that never go on end with `unreachable`", async () => {
    const { url } = await listen(() => ({ body: "" }));
    await expect(sequencesOf(connect(url, "t", noSleep).records("r"))).rejects.toMatchObject({ exitCode: 69 });
  });
});

describe("a call", () => {
  it("tells what the server said when it refuses", async () => {
    const { url } = await listen(() => ({
      status: 422,
      body: JSON.stringify({ code: "x", message: "no such edge", details: [] }),
    }));
    const error = await connect(url, "t", noSleep)
      .call("GET /api/v1/runs", {})
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ApiRefusal);
    expect(error).toMatchObject({ status: 422, message: "no such edge" });
  });
  it("to nobody ends with `unreachable`", async () => {
    const { url } = await listen(() => ({ body: "" }));
    await new Promise<void>((done) => server!.close(() => done()));
    server = undefined;
    await expect(connect(url, "t", noSleep).call("GET /api/v1/runs", {})).rejects.toMatchObject({ exitCode: 69 });
  });
});
