import { EventEmitter } from "node:events";
import type { Readable } from "node:stream";
import { expect, it } from "vitest";
import type { TrafficSubscriber } from "../../traffic/traffic.ts";
import type { Context, RouteRequest } from "../context.ts";
import { streamTraffic } from "./events.ts";

const EVENT = "x".repeat(100_000);
const open = async () => {
  let subscriber: TrafficSubscriber | null = null;
  const traffic = {
    subscribe: (one: TrafficSubscriber) => {
      subscriber = one;
      return () => {
        subscriber = null;
      };
    },
  };
  const raw = new EventEmitter();
  const context = { controlPlane: () => ({ traffic }) } as unknown as Context;
  const asked = { reply: { raw } } as unknown as RouteRequest<"GET /api/v1/traffic/events">;
  const stream = (await streamTraffic(context, asked)) as Readable;
  return { stream, raw, subscriber: () => subscriber as TrafficSubscriber | null };
};
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

it("keeps one event for a client that does not read, and goes on once it does", async () => {
  const { stream, subscriber } = await open();
  for (let i = 0; i < 1_000; i++) subscriber()!.take(EVENT);
  expect(stream.readableLength).toBe(EVENT.length);
  let got = 0;
  stream.on("data", (part: Buffer) => {
    got += part.length;
  });
  await settle();
  for (let i = 2; i <= 4; i++) {
    subscriber()!.take(EVENT);
    await settle();
    expect(got).toBe(i * EVENT.length);
  }
});

it("ends with the term, and is nobody's once its connection is closed", async () => {
  const { stream, raw, subscriber } = await open();
  let isEnded = false;
  stream.resume().on("end", () => {
    isEnded = true;
  });
  subscriber()!.end();
  await settle();
  expect(isEnded).toBe(true);
  const other = await open();
  expect(other.subscriber()).not.toBeNull();
  other.raw.emit("close");
  await settle();
  expect(other.subscriber()).toBeNull();
  raw.emit("close");
});
