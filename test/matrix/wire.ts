/**
 * Network between a server and a database that fails on command, and that watches the bytes: a fault begins at the very
 * moment at which a given record is on the wire.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { dice } from "../../experiments/model/statistics/random.ts";

/**
 * Weather of the wire. pass: all bytes pass. refuse: each connection ends with a reset, new connections too. swallow:
 * no bytes pass and neither end is notified; a connection that lost bytes stays silent for good. lossy: 2% of the
 * chunks sent reset the connection.
 */
export type Weather = "pass" | "refuse" | "swallow" | "lossy";
const LOSS = 0.02;
/** Bytes remembered per connection: a record and the statement around the record fit. */
const REMEMBERED = 64 * 1024;

/**
 * Watch on the bytes that a connection sends. A match fires before the bytes are passed on, or with the commit that
 * follows.
 */
export interface Watch {
  readonly matches: (text: string) => boolean;
  readonly at: "write" | "commit";
  readonly act: () => void;
}
export interface Wire {
  readonly port: number;
  weather(weather: Weather): void;
  /** Connects to another database from now on; connections to the earlier database are reset. */
  lead(port: number): void;
  /** Calls `act` at the first match, then forgets the watch; null: no watch. */
  watch(watch: Watch | null): void;
  stop(): void;
}

interface Pair {
  readonly caller: Socket;
  readonly callee: Socket;
  isDead: boolean;
}

export interface WireOptions {
  /** Seed of the draws that reset connections. */
  readonly seed?: number;
  /** Transit time of all bytes, in each direction. */
  readonly delayMs?: number;
}
export const openWire = async (target: number, { seed = 7, delayMs = 0 }: WireOptions = {}): Promise<Wire> => {
  const roll = dice(seed);
  const pairs = new Set<Pair>();
  let [port, weather, watch]: [number, Weather, Watch | null] = [target, "pass", null];
  const reset = ({ caller, callee }: Pair) => {
    caller.resetAndDestroy();
    callee.resetAndDestroy();
  };
  const pass = (pair: Pair, to: Socket, bytes: Buffer) => {
    if (weather === "swallow") pair.isDead = true;
    if (pair.isDead) return;
    if (weather === "lossy" && roll() < LOSS) return reset(pair);
    if (delayMs === 0) to.write(bytes);
    else setTimeout(() => to.write(bytes), delayMs);
  };
  const fire = () => {
    const { act } = watch!;
    watch = null;
    act();
  };
  const server = createServer((caller) => {
    caller.on("error", () => {});
    if (weather === "refuse") return caller.resetAndDestroy();
    const callee = connect(port, "127.0.0.1").on("error", () => {});
    const pair: Pair = { caller, callee, isDead: false };
    pairs.add(pair);
    let said = "";
    let isDue = false;
    caller.on("data", (bytes) => {
      if (watch === null) isDue = false;
      else {
        said = (said + bytes.toString("latin1")).slice(-REMEMBERED);
        if (isDue && said.includes("commit")) {
          pass(pair, callee, bytes);
          return fire();
        }
        if (watch.matches(said)) {
          said = "";
          if (watch.at === "commit") isDue = true;
          else fire();
        }
      }
      pass(pair, callee, bytes);
    });
    callee.on("data", (bytes) => pass(pair, caller, bytes));
    const close = () => {
      pairs.delete(pair);
      // Behind a network that swallows all bytes neither end learns of a close.
      if (weather !== "swallow") reset(pair);
    };
    caller.on("close", close);
    callee.on("close", close);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    weather(next) {
      weather = next;
      if (next === "refuse") for (const pair of pairs) reset(pair);
    },
    lead(next) {
      port = next;
      for (const pair of pairs) reset(pair);
    },
    watch(next) {
      watch = next;
    },
    stop() {
      server.close();
      for (const pair of pairs) reset(pair);
    },
  };
};
