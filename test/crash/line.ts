/**
 * Network line between two processes; each direction can be cut: no bytes pass, and neither end is notified. Bytes that
 * the kernels would retransmit until the cut is healed are held here and delivered then.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Direction; up: from the dialling process. */
export type Way = "up" | "down";
/**
 * Fate of bytes sent during a cut. held: delivered when the cut is healed. lost: never delivered, nor are later bytes
 * on the same connection.
 */
export type Fate = "held" | "lost";
export interface Cut {
  readonly ways: readonly Way[];
  readonly fate: Fate;
  /** Bytes that still pass on each connection, so that the frame begun by these bytes is cut in two. Default: none. */
  readonly after?: number;
}
export const BOTH: readonly Way[] = ["up", "down"];

/** Stream of one direction of one connection; a null part ends the stream. */
class Stream {
  readonly #to: Socket;
  readonly #onPass: (bytes: Buffer) => void;
  #fate: Fate | null = null;
  #passing = 0;
  /** True after bytes were lost: later bytes would not match the bytes sent. */
  #broken = false;
  #held: (Buffer | null)[] = [];

  constructor(to: Socket, onPass: (bytes: Buffer) => void) {
    this.#to = to;
    this.#onPass = onPass;
  }
  cut(fate: Fate, after: number): void {
    this.#fate = fate;
    this.#passing = after;
  }
  heal(): void {
    this.#fate = null;
    for (const part of this.#held.splice(0)) this.#deliver(part);
  }
  give(bytes: Buffer): void {
    const passing = this.#fate === null ? bytes : bytes.subarray(0, this.#passing);
    if (passing.length > 0) this.#deliver(passing);
    if (this.#fate === null || passing.length === bytes.length) return;
    this.#passing = 0;
    this.#keep(bytes.subarray(passing.length));
  }
  end(): void {
    if (this.#fate === null) this.#deliver(null);
    else this.#keep(null);
  }
  #keep(part: Buffer | null): void {
    if (this.#fate === "lost") this.#broken = true;
    else this.#held.push(part);
  }
  #deliver(part: Buffer | null): void {
    if (this.#broken || this.#to.destroyed) return;
    if (part === null) this.#to.destroySoon();
    else {
      this.#to.write(part);
      this.#onPass(part);
    }
  }
}

export interface Line {
  readonly port: number;
  cut(cut: Cut): void;
  /** Delivers held bytes, in order, to the ends that still exist, and connects callers that dialled during the cut. */
  heal(): void;
  stop(): void;
}

/** Observers of each chunk as the chunk passes. */
export type Onlookers = Readonly<Partial<Record<Way, (bytes: Buffer) => void>>>;
/** Opens a line to a port of this machine. */
export const openLine = async (target: number, onlookers: Onlookers = {}): Promise<Line> => {
  const sockets = new Set<Socket>();
  const streams: Readonly<Record<Way, Set<Stream>>> = { up: new Set(), down: new Set() };
  let cut: Cut | null = null;
  /** Callers that dialled a cut line and wait. */
  let waiting: Socket[] = [];

  const join = (way: Way, from: Socket, to: Socket) => {
    const stream = new Stream(to, onlookers[way] ?? (() => {}));
    streams[way].add(stream);
    sockets.add(from);
    from
      .on("data", (bytes) => stream.give(bytes))
      .on("error", () => {})
      .on("close", () => {
        stream.end();
        sockets.delete(from);
      });
  };
  const dial = (caller: Socket) => {
    const callee = connect(target, "127.0.0.1");
    join("up", caller, callee);
    join("down", callee, caller);
  };
  const server = createServer((caller) => {
    if (cut === null) return dial(caller);
    sockets.add(caller.on("error", () => {}));
    waiting.push(caller);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cut(wanted) {
      cut = wanted;
      for (const way of wanted.ways) for (const stream of streams[way]) stream.cut(wanted.fate, wanted.after ?? 0);
    },
    heal() {
      cut = null;
      for (const stream of [...streams.up, ...streams.down]) stream.heal();
      const dialling = waiting;
      waiting = [];
      for (const caller of dialling) if (!caller.destroyed) dial(caller);
    },
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
