/**
 * Caller of the bench: HTTP/1.1 over a plain socket, in the bench's own process. For loads that wrk cannot make: single
 * exchanges with a time each, writes in parts, transfers in bulk. Every answer is read and checked.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** Length of the whole answer, with the head, bytes. */
  readonly bytes: number;
}
const HEAD_END = "\r\n\r\n";

/** Opens a connection to a port of this machine, without Nagle's algorithm. */
export const openSocket = async (port: number): Promise<Socket> => {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
};

/** Length of the answer at the start of the bytes; null: not whole yet. Throws: the answer states no length. */
const wholeLength = (bytes: Buffer): { readonly head: string; readonly length: number } | null => {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return null;
  const head = bytes.toString("latin1", 0, end + HEAD_END.length);
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? [];
  if (length === undefined) throw new Error(`an answer without content-length: ${head.split("\r\n")[0]}`);
  return { head, length: head.length + Number(length) };
};

/** Connection that carries a single exchange at a time. */
export class Caller {
  readonly socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  #end: Error | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (part: Buffer) => {
      this.#bytes = this.#bytes.length === 0 ? part : Buffer.concat([this.#bytes, part]);
      this.#take();
    });
    const fail = (error: Error) => {
      this.#end = error;
      this.#waiting?.reject(error);
      this.#waiting = null;
    };
    socket.on("error", fail).on("close", () => fail(new Error("the connection ended before the answer")));
  }
  static async open(port: number): Promise<Caller> {
    return new Caller(await openSocket(port));
  }

  /** The answer to what was written before. Rejects: the connection ends first, or the answer has no length. */
  answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== null) return reject(this.#end);
      this.#waiting = { resolve, reject };
      this.#take();
    });
  }
  /** Writes a request and waits for the answer. */
  ask(request: string | Buffer): Promise<Answer> {
    const answer = this.answer();
    this.socket.write(request);
    return answer;
  }
  close(): void {
    this.socket.destroy();
  }

  #take(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    try {
      const whole = wholeLength(this.#bytes);
      if (whole === null || this.#bytes.length < whole.length) return;
      const { head, length } = whole;
      const answer = {
        status: Number(head.split(" ")[1]),
        body: this.#bytes.subarray(head.length, length),
        bytes: length,
      };
      this.#bytes = this.#bytes.subarray(length);
      this.#waiting = null;
      waiting.resolve(answer);
    } catch (error) {
      this.#waiting = null;
      waiting.reject(error as Error);
    }
  }
}
