/** Loads notice a proxy that answers wrongly: each is played against a callee that errs. */

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Caller } from "../caller.ts";
import { BULK, BULK_BYTES } from "../pattern.ts";
import type { BenchLoad, Target } from "../row.ts";
import { BODY } from "../upstream.ts";
import { abortShare } from "./abort-share.ts";
import { bulk } from "./bulk.ts";
import { OpenLoop } from "./open-loop.ts";
import { twoWrites } from "./two-writes.ts";

let server: Server;
afterEach(() => server.close());
/** Starts a callee that answers each read; returns its port. */
const startCallee = async (answer: (socket: Socket) => void): Promise<number> => {
  server = createServer((socket) => socket.on("data", () => answer(socket)).on("error", () => {}));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
};
const respond = (status: number, body: string) => (socket: Socket) =>
  void socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
const measure = (load: BenchLoad, port: number): Promise<unknown> => {
  const subject = { name: "x", port, pid: process.pid, remark: null, put: async () => {}, stop: async () => {} };
  const upstream = { port, requests: async () => 0 };
  return load.measure({ subject, upstream, folder: "", windowMs: 1 } satisfies Target);
};

describe("the caller", () => {
  it("takes an answer that comes in parts, and leaves the next answer for the next call", async () => {
    const port = await startCallee((socket) => {
      for (const part of [
        "HTTP/1.1 200 OK\r\nContent-Le",
        "ngth: 2\r\n\r\no",
        "kHTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n",
      ])
        socket.write(part);
    });
    const caller = await Caller.open(port);
    expect(await caller.ask("GET / HTTP/1.1\r\n\r\n")).toMatchObject({
      status: 200,
      body: Buffer.from("ok"),
      bytes: 40,
    });
    expect(await caller.answer()).toMatchObject({ status: 503, body: Buffer.alloc(0) });
    caller.close();
  });

  it("fails when the connection ends inside an answer", async () => {
    const port = await startCallee((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    const caller = await Caller.open(port);
    await expect(caller.ask("GET / HTTP/1.1\r\n\r\n")).rejects.toThrow("ended before the answer");
  });
});

describe("a load fails the row", () => {
  it("when a byte of a bulk transfer is wrong", async () => {
    const wrong = Buffer.from(BULK);
    wrong[BULK_BYTES - 1]! ^= 1;
    const port = await startCallee((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${BULK_BYTES}\r\n\r\n`);
      socket.write(wrong);
    });
    await expect(measure(bulk("caller", 0), port)).rejects.toThrow("a wrong byte");
  });

  it("when a bulk transfer ends early", async () => {
    const port = await startCallee((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${BULK_BYTES}\r\n\r\n`);
      socket.end(BULK.subarray(0, 1_000));
    });
    await expect(measure(bulk("caller", 0), port)).rejects.toThrow("ended after 1000 bytes");
  });

  it("when the callee got another body than was posted", async () => {
    const port = await startCallee(respond(400, "not the pattern"));
    await expect(measure(bulk("callee", 0), port)).rejects.toThrow("wrong answer: 400");
    await expect(measure(twoWrites("", false), port)).rejects.toThrow("wrong answer: 400");
  });

  it("when an answer of an open loop is wrong", async () => {
    const loop = await OpenLoop.start(await startCallee(respond(200, "another body")), 1_000, 1);
    await expect(loop.stop()).rejects.toThrow("wrong answer: 200 another body");
  });

  it("when requests are aborted that chance would have let pass", async () => {
    await expect(measure(abortShare(), await startCallee(respond(200, BODY)))).rejects.toThrow("0% aborted");
  });
});
