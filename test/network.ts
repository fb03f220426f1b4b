/**
 * A loopback of one's own (network_namespaces(7)): the shop's ports are fixed, and several shops run at the same time.
 * Where the machine gives none, whoever uses the shop waits until nobody else does.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { sleep } from "./waiting.ts";

export interface Network {
  /** The command as it runs in this network. */
  within(argv: readonly string[]): readonly [string, ...string[]];
  close(): Promise<void>;
}

const LOOPBACK_UP = "ip link set lo up && echo up && exec cat";
/** As root, or as root of a user namespace where anybody may make one. */
const WAYS = [
  { make: ["--net"], enter: ["--net"] },
  { make: ["--user", "--map-root-user", "--net"], enter: ["--user", "--preserve-credentials", "--net"] },
] as const;
const way = WAYS.find(
  ({ make }) => spawnSync("unshare", [...make, "sh", "-c", "ip link set lo up"], { stdio: "ignore" }).status === 0,
);
const canIsolate = way !== undefined;

/** Held by listening on it: given back by the system however its holder ends. */
const LOCK = { host: "127.0.0.1", port: 7_199, exclusive: true };
const lockShop = async (): Promise<Network> => {
  for (;;) {
    const server = createServer();
    const isMine = await new Promise<boolean>((done) => {
      server.once("error", () => done(false)).listen(LOCK, () => done(true));
    });
    if (isMine)
      return {
        within: (argv) => argv as [string, ...string[]],
        close: () => new Promise((done) => server.close(() => done())),
      };
    await sleep(200);
  }
};

/** More of them starve each other on two cores: a probe that is asked late says nothing. */
export const MOST_SHOPS = canIsolate ? 2 : 1;
let open = 0;
const waiting: (() => void)[] = [];

/** Waits while too many are open already. */
export const openNetwork = async (): Promise<Network> => {
  if (open >= MOST_SHOPS) await new Promise<void>((next) => waiting.push(next));
  else open += 1;
  const network = await newNetwork();
  return {
    within: network.within,
    async close() {
      await network.close();
      const next = waiting.shift();
      if (next === undefined) open -= 1;
      else next();
    },
  };
};

const newNetwork = async (): Promise<Network> => {
  if (way === undefined) return lockShop();
  // The network lives as long as this process, which ends with the pipe of whoever opened it.
  const holder = spawn("unshare", [...way.make, "sh", "-c", LOOPBACK_UP], { stdio: ["pipe", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  return {
    within: (argv) => ["nsenter", `--target=${holder.pid}`, ...way.enter, "--", ...argv],
    async close() {
      const exited = once(holder, "exit");
      holder.stdin.end();
      await exited;
    },
  };
};
