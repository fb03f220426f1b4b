/**
 * Ports for processes that tests start. The kernel gives connections ports from 32768 on (ip_local_port_range): below
 * that, no process takes a port between the check and the use, and each test worker has a separate range.
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const FIRST = 10_000;
const STRETCH = 2_500;
const WORKERS = 8;
const start = FIRST + (Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS) * STRETCH;
/** Ports already handed out: the process that got a port may not listen yet. */
const given = new Set<number>();

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => done(true)));
  });

/** Picks a free port at random, so that two test runs on the same machine seldom pick the same port. */
export const freePort = async (): Promise<number> => {
  for (let tried = 0; tried < STRETCH; tried++) {
    const port = start + randomInt(STRETCH);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free from ${start} to ${start + STRETCH - 1}`);
};
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
};
