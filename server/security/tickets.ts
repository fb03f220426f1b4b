/**
 * Tickets: the way from a command line into a page. A ticket stands in the link instead of a token, is good once and
 * for a minute, and opens a session with the creator's credential. Only this process knows a ticket, and only as a
 * hash.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type Credential, subjectOf } from "./roles.ts";

export const TICKET_MS = 60_000;
/** Most tickets of a token and its sessions: a client that makes more has used none, so the oldest are dropped. */
export const MOST_TICKETS = 20;
/** Most tickets in total: only many tokens at once reach this number within a minute. */
const MOST_OF_ALL = 10_000;
/** 192 bits: not guessable within a minute, so no slow hash is needed. */
const BYTES = 24;

export interface Ticket {
  /** The ticket, shown only this once. Hexadecimal: every terminal takes the whole ticket for a part of the link. */
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
  /** Tickets by hash, the oldest first; all last equally long, so the order of expiry is the same. */
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
  /** Makes room for another ticket of this subject: no subject's tickets are pushed out by another subject. */
  #forget(subject: string): void {
    const nowMs = this.#clock.nowMs();
    for (const [hash, { endsMs }] of this.#held) if (endsMs <= nowMs) this.#held.delete(hash);
    const own = [...this.#held].filter(([, held]) => held.subject === subject);
    const room = this.#held.size < MOST_OF_ALL ? MOST_TICKETS : 1;
    for (const [hash] of own.slice(0, Math.max(0, own.length - room + 1))) this.#held.delete(hash);
  }
  /**
   * Redeems a ticket: returns the creator's credential as of the creation, and deletes the ticket. null: wrong, used or
   * expired.
   */
  redeem(ticket: string): Credential | null {
    const hash = hashOf(ticket);
    const held = this.#held.get(hash);
    this.#held.delete(hash);
    return held === undefined || held.endsMs <= this.#clock.nowMs() ? null : held.credential;
  }
}
