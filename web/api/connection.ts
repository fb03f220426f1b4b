/**
 * Connection state of the page, judged by the age of the last sign of life: the same judgement for every view. Pure.
 */
import type { ClockReading } from "../clock.ts";
import type { Link } from "./follow.ts";

/** Lease of a fault: agents drop a fault after this time without a sign of life from the server (docs/safety.md). */
export const LEASE_MS = 5_000;
/** Silence limit: traffic events come once a second, and after three missing events the displayed data is not live. */
const SILENT_MS = 3_000;
/**
 * Margin for an unnoticed death: a server heard a moment ago lives at most a second before the next event is missing;
 * a second more is for the network.
 */
const UNHEARD_MS = 2_000;

export interface LostConnection {
  readonly is: "lost";
  readonly why: string;
  /** Wall time of the last sign of life. */
  readonly heardMs: number;
  /**
   * Wall time by which agents that also lost the server hold no fault; null: the server answered since, so that
   * agents may still follow that server.
   */
  readonly dropsByMs: number | null;
}
export type Connection = { readonly is: "connecting" } | { readonly is: "live" } | LostConnection;
export interface ConnectionEvidence {
  readonly link: Link;
  readonly heard: ClockReading;
  /** Time of the previous judgement: a page that slept since then heard no events, even from a healthy server. */
  readonly judged: ClockReading;
}
const CONNECTING: Connection = { is: "connecting" };
const LIVE: Connection = { is: "live" };

/** Age in ms, by the clock that shows more. */
export const ageOf = (before: ClockReading, at: ClockReading): number =>
  Math.max(0, at.nowMs - before.nowMs, at.wallMs - before.wallMs);

const inWholeSeconds = (ms: number): number => Math.ceil(ms / 1_000) * 1_000;

/** Next connection state. `before`: the previous state; the same object is returned where the state is unchanged. */
export const connectionOf = (
  before: Connection,
  { link, heard, judged }: ConnectionEvidence,
  at: ClockReading,
): Connection => {
  if (link.is === "over") return LIVE;
  const isBroken = link.is === "lost" || link.is === "refused";
  if (!isBroken && ageOf(heard, at) <= SILENT_MS) return link.is === "live" ? LIVE : CONNECTING;
  const why = isBroken ? link.why : "nothing was heard from the server";
  const answered = link.is === "refused" || (link.is === "lost" && link.how === "answered");
  // While a loss lasts, the first announced deadline is not postponed.
  if (before.is === "lost" && before.heardMs === heard.wallMs)
    return answered && before.dropsByMs !== null ? { ...before, why, dropsByMs: null } : before;
  // A broken connection ended with the server, or later. Silence is dated from the last event, unless the page slept
  // too.
  const isSilence = !(link.is === "lost" && link.how === "broke") && ageOf(judged, at) <= SILENT_MS;
  const aliveMs = isSilence ? heard.wallMs + UNHEARD_MS : at.wallMs;
  return { is: "lost", why, heardMs: heard.wallMs, dropsByMs: answered ? null : inWholeSeconds(aliveMs + LEASE_MS) };
};
