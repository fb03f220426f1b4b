import { EventEmitter } from "node:events";
import type { Readable } from "node:stream";
import { expect, it } from "vitest";
import type { JournalRecord } from "../../../experiments/model/journal/journal.ts";
import { FakeClock } from "../../../test/server/fake-clock.ts";
import type { Context, RouteRequest } from "../context.ts";
import { streamRun } from "./events.ts";

const recordOf = (sequence: number, kind = "event"): JournalRecord =>
  ({ sequence, wallMs: sequence, hash: "h", entry: { kind, text: "x".repeat(1_000) } }) as never;

/** A run whose records the test writes, with the journal reads recorded. */
const stage = () => {
  const journal: JournalRecord[] = [];
  const listeners = new Set<(record: JournalRecord) => void>();
  const clock = new FakeClock();
  let largest = 0;
  const runs = {
    active: () => ({
      listen: (listener: (record: JournalRecord) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      done: new Promise(() => {}),
    }),
    records: async (_id: string, after: number, limit: number) => {
      const some = journal.filter(({ sequence }) => sequence > after).slice(0, limit);
      largest = Math.max(largest, some.length);
      return some;
    },
  };
  const write = (record: JournalRecord) => {
    journal.push(record);
    for (const listener of listeners) listener(record);
  };
  const open = async (last = 0): Promise<Readable> => {
    const request = { headers: last === 0 ? {} : { "last-event-id": String(last) } };
    const asked = { params: { id: "run" }, request, reply: { raw: new EventEmitter() } };
    const stream = await streamRun(
      { controlPlane: () => ({ runs }), clock } as never as Context,
      asked as never as RouteRequest<never>,
    );
    return stream!;
  };
  return { journal, write, open, largest: () => largest, listeners };
};
const sequences = async (stream: Readable): Promise<number[]> => {
  const told: number[] = [];
  for await (const event of stream) {
    const id = /^id: (\d+)$/m.exec(String(event))?.[1];
    if (id !== undefined) told.push(Number(id));
  }
  return told;
};
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

it("tells a reader that stood still through 5,000 records every one of them, from the store and a page at a time", async () => {
  const { write, open, largest, listeners } = stage();
  write(recordOf(1));
  const stream = await open();
  // Without a reader, records written meanwhile wait in the store, not here.
  for (let i = 2; i < 5_000; i++) write(recordOf(i));
  await new Promise((resolve) => setImmediate(resolve));
  expect(stream.readableLength).toBeLessThanOrEqual(stream.readableHighWaterMark);
  write(recordOf(5_000, "closed"));
  expect(await sequences(stream)).toEqual(upTo(5_000));
  expect(largest()).toBeLessThanOrEqual(200);
  expect(listeners.size).toBe(0);
});

it("reads a long journal a page at a time, and goes on with what is written meanwhile", async () => {
  const { journal, write, open, largest } = stage();
  for (let i = 1; i <= 1_000; i++) journal.push(recordOf(i));
  const told = sequences(await open(10));
  await new Promise((resolve) => setImmediate(resolve));
  write(recordOf(1_001));
  write(recordOf(1_002, "closed"));
  expect(await told).toEqual(upTo(1_002).slice(10));
  expect(largest()).toBeLessThanOrEqual(200);
});
