import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Clock } from "../clock.ts";
import { openFailover, type SentRequest } from "./failover.ts";

const opened: Server[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});
interface Stub {
  readonly url: string;
  readonly asked: string[];
  stop(): Promise<void>;
}
const listen = async (answer: RequestListener): Promise<Stub> => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  opened.push(server);
  const stop = async () => {
    opened.splice(opened.indexOf(server), 1);
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, stop };
};
const leader: RequestListener = (_, response) => void response.writeHead(200).end("{}");
const standby =
  (of: () => string | null): RequestListener =>
  (_, response) => {
    const url = of();
    response.writeHead(421, url === null ? {} : { "squall-leader": url }).end('{"code":"not-leader"}');
  };
const electing: RequestListener = (_, response) => void response.writeHead(503).end('{"code":"no-leader"}');

/** Time advances only during a sleep; `onSleep` runs meanwhile. */
const clockOf = (onSleep: (nowMs: number) => void = () => {}): Clock => {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    wallMs: () => nowMs,
    every: () => ({ stop() {} }),
    after: () => ({ stop() {} }),
    async sleep(ms) {
      nowMs += ms;
      onSleep(nowMs);
    },
  };
};
const GET: SentRequest = { method: "GET", repeatable: true };
const POST: SentRequest = { method: "POST", repeatable: false };
const wireTo = (stubs: readonly Stub[], clock = clockOf()) =>
  openFailover({ urls: stubs.map(({ url }) => url), token: "t" }, clock);

describe("several servers", () => {
  it("are one: a standby leads to the leader, and the next request goes straight there", async () => {
    const last = await listen(leader);
    const first = await listen(standby(() => last.url));
    const idle = await listen(standby(() => last.url));
    const wire = wireTo([first, idle, last]);
    expect((await wire.send("/a", GET)).status).toBe(200);
    expect((await wire.send("/b", POST)).status).toBe(200);
    expect(wire.url()).toBe(last.url);
    expect([first.asked, idle.asked]).toEqual([["GET /a Bearer t"], []]);
    expect(last.asked).toEqual(["GET /a Bearer t", "POST /b Bearer t"]);
  });
  it("never make the token go to a leader that is not among them", async () => {
    const stranger = await listen(leader);
    const first = await listen(standby(() => stranger.url));
    await expect(wireTo([first]).send("/a", GET)).rejects.toThrow(
      `the leader is ${stranger.url}, which is not in the list`,
    );
    expect(stranger.asked).toEqual([]);
  });
  it("are asked until one has taken over", async () => {
    let leads = false;
    const dead = await listen(leader);
    await dead.stop();
    const heir = await listen((request, response) => (leads ? leader : electing)(request, response));
    const wire = wireTo(
      [dead, heir],
      clockOf((nowMs) => {
        leads = nowMs >= 4_000;
      }),
    );
    expect((await wire.send("/a", POST)).status).toBe(200);
    expect(wire.url()).toBe(heir.url);
  });
  it("that all say nothing are told one by one, with 69", async () => {
    const dead = await listen(leader);
    await dead.stop();
    const none = await listen(standby(() => null));
    const error = await wireTo([dead, none])
      .send("/a", GET)
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ exitCode: 69 });
    expect(error.message).toContain(`${dead.url}: connect ECONNREFUSED`);
    expect(error.message).toContain(`${none.url}: does not lead, and knows no leader`);
  });
  it("answer an error of their own with it: a full database is no reason to ask another server", async () => {
    const full = await listen((_, response) => void response.writeHead(503).end('{"code":"store-unavailable"}'));
    const other = await listen(leader);
    expect((await wireTo([full, other]).send("/a", GET)).status).toBe(503);
    expect(other.asked).toEqual([]);
  });
});

describe("a server that falls silent in the middle", () => {
  const cut: RequestListener = (request) => void request.socket.destroy();
  it("is not asked again for what must be done once", async () => {
    const first = await listen(cut);
    const second = await listen(leader);
    await expect(wireTo([first, second]).send("/tokens", POST)).rejects.toThrow("look whether it was done");
    expect([first.asked.length, second.asked.length]).toEqual([1, 0]);
  });
  it("leaves what may be done twice to the next one", async () => {
    const first = await listen(cut);
    const second = await listen(leader);
    expect((await wireTo([first, second]).send("/halt", { ...POST, repeatable: true })).status).toBe(200);
  });
});
it("one server alone is asked once: there is nobody to take over", async () => {
  let slept = 0;
  const only = await listen(electing);
  await expect(
    wireTo(
      [only],
      clockOf(() => slept++),
    ).send("/a", GET),
  ).rejects.toMatchObject({ exitCode: 69 });
  expect([only.asked.length, slept]).toEqual([1, 0]);
});
