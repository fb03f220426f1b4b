/**
 * Streamed answers: limits on a principal's open streams, and on the time for which a reader may stand still. Bytes
 * that a reader does not take stay in the reader's connection, so each open stream costs memory for as long as the
 * stream lasts.
 */
import type { FastifyReply } from "fastify";
import { type Alarm, type Clock, every } from "../clock.ts";
import { ApiError } from "../errors.ts";
import { type Credential, subjectOf } from "../security/roles.ts";

/** Most open streams of one token, including the sessions that were opened with that token. */
export const MOST_STREAMS = 200;
const RETRY_AFTER_S = 10;
/** Time after which a reader that took no byte, while bytes wait, counts as gone or hostile. */
const STALLED_MS = 30_000;
const LOOK_MS = 5_000;

interface OpenStream {
  readonly subject: string;
  readonly reply: FastifyReply;
  /** Bytes that the reader's side has taken, and the time since which that count has not moved. */
  taken: number;
  sinceMs: number;
}
export class Streams {
  readonly #clock: Clock;
  readonly #open = new Set<OpenStream>();
  readonly #looking: Alarm;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#looking = every(clock, LOOK_MS, () => this.#look());
  }
  /**
   * Counts a stream until its connection closes, or until the returned function is called. Throws ApiError
   * `too-many-streams`.
   */
  enter(credential: Credential, reply: FastifyReply): () => void {
    const subject = subjectOf(credential);
    const beside = [...this.#open].filter((open) => open.subject === subject).length;
    if (beside >= MOST_STREAMS) {
      const message = `${credential.principal.name} has ${beside} streams open, which is the most of one token`;
      throw new ApiError("too-many-streams", message, [], { "retry-after": String(RETRY_AFTER_S) });
    }
    const open = { subject, reply, taken: 0, sinceMs: this.#clock.nowMs() };
    this.#open.add(open);
    const leave = () => {
      this.#open.delete(open);
    };
    reply.raw.once("close", leave);
    return leave;
  }
  close(): void {
    this.#looking.cancel();
  }
  #look(): void {
    const nowMs = this.#clock.nowMs();
    for (const open of this.#open) {
      const { socket } = open.reply.raw;
      if (socket === null) continue;
      const waits = socket.writableLength;
      const taken = socket.bytesWritten - waits;
      if (waits === 0 || taken !== open.taken) Object.assign(open, { taken, sinceMs: nowMs });
      else if (nowMs - open.sinceMs >= STALLED_MS) socket.destroy();
    }
  }
}
