/**
 * Separate loopback network (network_namespaces(7)): the shop's ports are fixed, and several shops run at the same
 * time. Where the machine allows no namespaces, each user of the shop waits until the shop is free.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { sleep } from "./waiting.ts";

export interface Network {
  /** Command line that runs `argv` in this network. */
  within(argv: readonly string[]): readonly [string, ...string[]];
  close(): Promise<void>;
}

const LOOPBACK_UP = "ip link set lo up && echo up && exec cat";
/** Ways to make a network: as root, or as root of a user namespace where any user may make a user namespace. */
const WAYS = [
  { make: ["--net"], enter: ["--net"] },
  { make: ["--user", "--map-root-user", "--net"], enter: ["--user", "--preserve-credentials", "--net"] },
] as const;
const way = WAYS.find(
  ({ make }) => spawnSync("unshare", [...make, "sh", "-c", "ip link set lo up"], { stdio: "ignore" }).status === 0,
);
const canIsolate = way !== undefined;

/** Lock held by listening on the port: the system releases the port however the holder ends. */
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

/** Most shops at a time: more shops starve each other on two cores, and a probe sampled late proves no finding. */
export const MOST_SHOPS = canIsolate ? 2 : 1;
let open = 0;
const waiting: (() => void)[] = [];

/** Opens a network, after a wait while `MOST_SHOPS` are open already. */
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
  // The network lives as long as this holder process, which ends when the opener's pipe closes.
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
