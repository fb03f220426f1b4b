/**
 * Ports for what tests start. The kernel gives connections ports from 32768 on (ip_local_port_range): below, nobody takes
 * one between the look and the use, and each worker of the tests has a stretch of its own.
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const FIRST = 10_000;
const STRETCH = 2_500;
const WORKERS = 8;
const start = FIRST + (Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS) * STRETCH;
/** Given out already: what was told a port may not listen there yet. */
const given = new Set<number>();

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => done(true)));
  });

/** By chance, so that two runs of the tests on one machine seldom ask for the same. */
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
