import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { asRunId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import { ApiError, allPages, connect } from "./client.ts";
import { eventsIn, linesIn, untilSilent } from "./stream.ts";

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
/** Sleeps in no time; a call planned for later never happens. */
const clock: Clock = {
  ...{ nowMs: () => 0, wallMs: () => 0, sleep: async () => {} },
  every: () => ({ stop() {} }),
  after: () => ({ stop() {} }),
};
const client = (url: string) => connect({ urls: [url], token: "t" }, clock);
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
    expect(await sequencesOf(client(url).records(asRunId("r")))).toEqual([1, 2, 3, 4]);
    expect(seen).toEqual([undefined, "2"]);
  });
  it("are read from the first where a server that took over has not got the last one, and none comes twice", async () => {
    const refused = { code: "bad-request", message: "no record 2", details: [] };
    const { url, seen } = await listen(
      () => ({ body: event(1) + event(2) }),
      () => ({ status: 400, body: JSON.stringify(refused) }),
      () => ({ body: event(1) + event(2) + event(3, "closed") }),
    );
    expect(await sequencesOf(client(url).records(asRunId("r")))).toEqual([1, 2, 3]);
    expect(seen).toEqual([undefined, "2", undefined]);
  });
  it("that never go on end with `unreachable`", async () => {
    const { url } = await listen(() => ({ body: "" }));
    await expect(sequencesOf(client(url).records(asRunId("r")))).rejects.toMatchObject({ exitCode: 69 });
  });
});

describe("a call", () => {
  it("tells what the server said when it refuses", async () => {
    const { url } = await listen(() => ({
      status: 422,
      body: JSON.stringify({ code: "x", message: "no such edge", details: [] }),
    }));
    const error = await client(url)
      .call("GET /api/v1/runs", {})
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 422, message: "no such edge" });
  });
  it("to nobody ends with `unreachable`", async () => {
    const { url } = await listen(() => ({ body: "" }));
    await new Promise<void>((done) => server!.close(() => done()));
    server = undefined;
    await expect(client(url).call("GET /api/v1/runs", {})).rejects.toMatchObject({ exitCode: 69 });
  });
});

describe("a refusal", () => {
  const refuse = async (status: number, code: string) => {
    const details = [{ path: ["spec", "seed"], message: "too large" }];
    const { url } = await listen(() => ({ status, body: JSON.stringify({ code, message: "no", details }) }));
    return client(url)
      .call("GET /api/v1/runs", {})
      .catch((error) => error);
  };
  it("tells each detail with its place", async () => {
    expect((await refuse(422, "invalid-experiment")).message).toBe("no\n  spec.seed: too large");
  });
  it.each([
    [401, "not-authorized", 77],
    [403, "forbidden", 77],
    [404, "no-such-run", 2],
    [422, "invalid-document", 2],
    [422, "policy-refused", 4],
    [423, "halted", 4],
    [429, "rate-limited", 69],
    [500, "internal", 70],
    [503, "store-unavailable", 69],
  ])("with %i %s ends the command with %i", async (status, code, exitCode) => {
    expect(await refuse(status, code)).toMatchObject({ exitCode });
  });
});

describe("a body", () => {
  it("that falls silent ends with an error, since a frozen server keeps its connections open", async () => {
    const patience: (() => void)[] = [];
    const waiting: Clock = {
      ...clock,
      after: (_ms, call) => {
        patience.push(call);
        return { stop: () => void patience.splice(patience.indexOf(call), 1) };
      },
    };
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array([1])),
      cancel: () => {
        cancelled = true;
      },
    });
    const reading = untilSilent(body, waiting, 15_000);
    expect((await reading.next()).value).toEqual(new Uint8Array([1]));
    const next = reading.next();
    await Promise.resolve();
    for (const call of [...patience]) call();
    await expect(next).rejects.toThrow("nothing was heard for 15 s");
    expect(cancelled).toBe(true);
  });
  it("of lines gives each of them, whatever way the bytes are cut", async () => {
    const found: string[] = [];
    for await (const line of linesIn(chunks('{"a":', "1}\n\n{", "}\nlast"))) found.push(line);
    expect(found).toEqual(['{"a":1}', "{}", "last"]);
  });
});

describe("a list in pages", () => {
  const pages = [
    { items: [1, 2], next: "b" },
    { items: [3, 4], next: "c" },
    { items: [5], next: null },
  ];
  const read = async (limit?: number) => {
    const asked: (string | undefined)[] = [];
    const items = await allPages(
      async (cursor) => {
        asked.push(cursor);
        return pages[asked.length - 1]!;
      },
      ({ items }) => items,
      limit,
    );
    return { asked, items };
  };
  it("is read to its end", async () => {
    expect(await read()).toEqual({ asked: [undefined, "b", "c"], items: [1, 2, 3, 4, 5] });
  });
  it("is read no further than is wanted", async () => {
    expect(await read(3)).toEqual({ asked: [undefined, "b"], items: [1, 2, 3] });
  });
});
