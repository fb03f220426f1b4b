import { EventEmitter } from "node:events";
import type { FastifyReply } from "fastify";
import { expect, it } from "vitest";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { type Credential, LOCAL, UNBOUND } from "../security/roles.ts";
import { Streams } from "./streaming.ts";

const ALICE: Credential = { principal: LOCAL, binding: UNBOUND, expiresMs: null, parent: null };
const readerOf = () => {
  const socket = {
    writableLength: 0,
    bytesWritten: 0,
    isDestroyed: false,
    destroy: () => {
      socket.isDestroyed = true;
    },
  };
  return { socket, reply: { raw: Object.assign(new EventEmitter(), { socket }) } as never as FastifyReply };
};

it("ends the connection of a reader that takes nothing for 30 s while something waits for it, and of no other", async () => {
  const clock = new FakeClock();
  const streams = new Streams(clock);
  const [stalled, idle, slow] = [readerOf(), readerOf(), readerOf()];
  for (const { reply } of [stalled, idle, slow]) streams.enter(ALICE, reply);
  Object.assign(stalled.socket, { bytesWritten: 900, writableLength: 500 });
  for (let i = 1; i <= 12; i++) {
    Object.assign(slow.socket, { bytesWritten: 900 + i, writableLength: 500 });
    await clock.advance(5_000);
    expect(stalled.socket.isDestroyed).toBe(i > 6);
  }
  expect([idle, slow].map(({ socket }) => socket.isDestroyed)).toEqual([false, false]);
  streams.close();
});
