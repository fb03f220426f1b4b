/**
 * Network between a server and a database that resets connections by chance, like a failing switch or a full NAT table.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { dice } from "../../experiments/model/statistics/random.ts";
import { sleep } from "../waiting.ts";

/** Starts the network; a `share` of the chunks sent resets the connection instead of passing. */
export const startResetting = async (databaseUrl: string, { share, seed }: { share: number; seed: number }) => {
  const target = new URL(databaseUrl);
  const roll = dice(seed);
  const sockets = new Set<Socket>();
  let [resets, isOn, isAway] = [0, false, false];
  const line = createServer((caller) => {
    if (isAway) return void caller.on("error", () => {}).resetAndDestroy();
    const database = connect(Number(target.port), target.hostname);
    const reset = () => {
      resets++;
      caller.resetAndDestroy();
      database.destroy();
    };
    for (const [from, to] of [
      [caller, database],
      [database, caller],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {}).on("close", () => to.destroy());
      from.on("data", (bytes) => (isOn && roll() < share ? reset() : to.write(bytes)));
    }
  });
  line.listen(0, "127.0.0.1");
  await once(line, "listening");
  const url = new URL(databaseUrl);
  url.port = String((line.address() as AddressInfo).port);
  return {
    url: url.href,
    begin: () => {
      isOn = true;
    },
    resets: () => resets,
    /** Simulates a database restart: every connection is ended, and each new connection is reset at once for `ms`. */
    restart: async (ms: number) => {
      isAway = true;
      for (const socket of sockets) socket.destroy();
      await sleep(ms);
      isAway = false;
    },
    stop: () => {
      line.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
