/**
 * The way from a command line into a page: a ticket stands in the link instead of a token, is good once and for a minute,
 * and opens a session as whoever made it. Only this process knows it, and only as a hash.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type Credential, subjectOf } from "./roles.ts";

export const TICKET_MS = 60_000;
/** Of one token and its sessions: whoever makes more has used none of them, and the oldest go. */
export const MOST_TICKETS = 20;
/** Of all: nobody makes so many within their minute, but by many tokens at once. */
const MOST_OF_ALL = 10_000;
/** 192 bits: nothing that could be guessed within its minute, so nothing that needs a slow hash. */
const BYTES = 24;

export interface Ticket {
  /** Shown this once. Hexadecimal: every terminal takes the whole of it for a part of its link. */
  readonly ticket: string;
  /** Unix ms. */
  readonly expiresMs: number;
}
interface StoredTicket {
  readonly credential: Credential;
  readonly subject: string;
  /** Monotonic ms: a wall clock that is set back prolongs none. */
  readonly endsMs: number;
}
const hashOf = (ticket: string): string => createHash("sha256").update(ticket).digest("hex");

export class Tickets {
  readonly #clock: Clock;
  /** By hash, the oldest first; all last equally long, so that is the order in which they end too. */
  readonly #held = new Map<string, StoredTicket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }
  make(credential: Credential): Ticket {
    const ticket = randomBytes(BYTES).toString("hex");
    const subject = subjectOf(credential);
    this.#forget(subject);
    this.#held.set(hashOf(ticket), { credential, subject, endsMs: this.#clock.nowMs() + TICKET_MS });
    return { ticket, expiresMs: this.#clock.wallMs() + TICKET_MS };
  }
  /** Makes room for one more of this subject: nobody's tickets are pushed out by another. */
  #forget(subject: string): void {
    const nowMs = this.#clock.nowMs();
    for (const [hash, { endsMs }] of this.#held) if (endsMs <= nowMs) this.#held.delete(hash);
    const own = [...this.#held].filter(([, held]) => held.subject === subject);
    const room = this.#held.size < MOST_OF_ALL ? MOST_TICKETS : 1;
    for (const [hash] of own.slice(0, Math.max(0, own.length - room + 1))) this.#held.delete(hash);
  }
  /** Who made it, as things stood then; gone from now on. null: wrong, used or expired. */
  redeem(ticket: string): Credential | null {
    const hash = hashOf(ticket);
    const held = this.#held.get(hash);
    this.#held.delete(hash);
    return held === undefined || held.endsMs <= this.#clock.nowMs() ? null : held.credential;
  }
}
