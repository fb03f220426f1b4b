/**
 * A network between a server and its database that fails on command, and that knows what passes: a fault begins at the very
 * moment at which a given record is on its way.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { dice } from "../../experiments/model/sampling.ts";

/**
 * pass: all goes through. refuse: each connection ends with a reset, new ones too. swallow: nothing passes and nobody is told;
 * a connection that lost bytes stays silent for good. lossy: 2% of what is sent resets its connection.
 */
export type Weather = "pass" | "refuse" | "swallow" | "lossy";
const LOSS = 0.02;
/** A record and the statement around it fit. */
const REMEMBERED = 64 * 1024;

/** When `text` matched what one connection sent: before the bytes are passed on, or with the commit that follows. */
export interface Watch {
  readonly matches: (text: string) => boolean;
  readonly at: "write" | "commit";
  readonly act: () => void;
}
export interface Wire {
  readonly port: number;
  weather(weather: Weather): void;
  /** Connects to another database from now on; those to the one before are reset. */
  lead(port: number): void;
  /** Calls `act` once, the first time that it matches, and forgets the watch; null: none. */
  watch(watch: Watch | null): void;
  stop(): void;
}

interface Pair {
  readonly caller: Socket;
  readonly callee: Socket;
  isDead: boolean;
}

export interface WireOptions {
  /** Of the draws that lose something. */
  readonly seed?: number;
  /** How long everything is on its way, each way. */
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
      // Behind a network that swallows everything nobody learns of an end.
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
