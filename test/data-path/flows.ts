/** Flows of many bytes through an edge, in either direction, with times: between sockets of this process. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** `up`: from the caller to the callee; `down`: from the callee to the caller. */
export type Way = "up" | "down";
export interface FlowShape {
  readonly protocol: "http" | "tcp";
  readonly way: Way;
  readonly bytes: number;
  /** Bytes of each write; absent: as many as the kernel takes. */
  readonly partBytes?: number;
}
export interface FlowTime {
  /** Bytes that arrived at the far end. */
  readonly bytes: number;
  /** Ms from the start until the first and the last byte of the content arrived. */
  readonly firstMs: number;
  readonly lastMs: number;
}

const PIECE = Buffer.alloc(64 * 1024, "x");
const SEPARATOR = "\r\n\r\n";

/** Writes so many bytes with back pressure. */
const send = async (socket: Socket, bytes: number, partBytes = PIECE.length): Promise<void> => {
  for (let left = bytes; left > 0; left -= partBytes) {
    if (!socket.write(PIECE.subarray(0, Math.min(left, partBytes)))) await once(socket, "drain");
    // A part is a segment of its own: the peer reads what has come so far.
    if (partBytes < PIECE.length) await new Promise(setImmediate);
  }
};
/** Counts the content that a socket receives, behind a head where `hasHead`, until `bytes` have come. */
const receive = (socket: Socket, bytes: number, hasHead: boolean, fromMs: number): Promise<FlowTime> =>
  new Promise((resolve, reject) => {
    let [count, firstMs, head] = [0, 0, ""];
    let isBody = !hasHead;
    socket.on("data", (data: Buffer) => {
      let body = data;
      if (!isBody) {
        const before = head.length;
        head += data.toString("latin1");
        const at = head.indexOf(SEPARATOR);
        if (at < 0) return;
        isBody = true;
        body = data.subarray(at + SEPARATOR.length - before);
      }
      if (body.length > 0 && count === 0) firstMs = performance.now() - fromMs;
      count += body.length;
      if (count >= bytes) resolve({ bytes: count, firstMs, lastMs: performance.now() - fromMs });
    });
    socket.on("error", reject).on("close", () => reject(new Error(`closed after ${count} of ${bytes} bytes`)));
  });

/** Callee that takes or sends one flow for each connection. */
export class FlowCallee {
  readonly #server: Server;
  readonly #accepted: Socket[] = [];
  #next: ((socket: Socket) => void) | null = null;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      socket.on("error", () => {});
      this.#accepted.push(socket);
      this.#next?.(socket);
    });
  }
  static async start(): Promise<FlowCallee> {
    const server = createServer({ noDelay: true });
    const callee = new FlowCallee(server);
    server.listen({ port: 0, host: "127.0.0.1", backlog: 20_000 });
    await once(server, "listening");
    return callee;
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  /** The callee's end of the connection that is made next. */
  accepts(): Promise<Socket> {
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }
  async close(): Promise<void> {
    for (const socket of this.#accepted) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Runs a flow by way of `port`, the edge or the callee itself. */
export const runFlow = async (port: number, callee: FlowCallee, shape: FlowShape): Promise<FlowTime> => {
  const { protocol, way, bytes, partBytes } = shape;
  const accepted = callee.accepts();
  const caller = connect({ port, host: "127.0.0.1", noDelay: true });
  const far = await accepted;
  const fromMs = performance.now();
  try {
    if (protocol === "tcp") {
      const [from, to] = way === "up" ? [caller, far] : [far, caller];
      const arrived = receive(to, bytes, false, fromMs);
      await Promise.all([send(from, bytes, partBytes), arrived]);
      return await arrived;
    }
    const length = `content-length: ${bytes}${SEPARATOR}`;
    if (way === "up") {
      const arrived = receive(far, bytes, true, fromMs);
      caller.write(`POST /flow HTTP/1.1\r\nhost: callee\r\n${length}`);
      await Promise.all([send(caller, bytes, partBytes), arrived]);
      return await arrived;
    }
    const arrived = receive(caller, bytes, true, fromMs);
    caller.write(`GET /flow HTTP/1.1\r\nhost: callee${SEPARATOR}`);
    await once(far, "data");
    far.resume();
    far.write(`HTTP/1.1 200 OK\r\n${length}`);
    await Promise.all([send(far, bytes, partBytes), arrived]);
    return await arrived;
  } finally {
    caller.destroy();
    far.destroy();
  }
};

/** Both ends of a connection. */
export interface OpenFlow {
  readonly caller: Socket;
  readonly far: Socket;
}
/** Opens connections one after the other; the callee's ends read and drop what comes. */
export const openFlows = async (port: number, callee: FlowCallee, count: number): Promise<readonly OpenFlow[]> => {
  const flows: OpenFlow[] = [];
  for (let i = 0; i < count; i++) {
    const accepted = callee.accepts();
    const caller = connect({ port, host: "127.0.0.1", noDelay: true }).on("error", () => {});
    const far = await accepted;
    far.resume();
    flows.push({ caller, far });
  }
  return flows;
};
