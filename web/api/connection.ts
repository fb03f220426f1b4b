/** How the page stands to its server, judged by when it was last heard: one judgement for everything that is shown. Pure. */
import type { ClockReading } from "../clock.ts";
import type { Link } from "./follow.ts";

/** Agents keep a fault for so long without hearing from their server (docs/safety.md). */
export const LEASE_MS = 5_000;
/** The traffic comes once a second: after three that did not come, what is shown is not live. */
const SILENT_MS = 3_000;
/** A server that was heard a moment ago is alive for a second more at the most before the next event is missing; one for the way. */
const UNHEARD_MS = 2_000;

export interface LostConnection {
  readonly is: "lost";
  readonly why: string;
  /** Wall time of the last sign of life. */
  readonly heardMs: number;
  /** Wall time by which agents that lost the server, too, hold no fault; null: it answered since, so it may still lead them. */
  readonly dropsByMs: number | null;
}
export type Connection = { readonly is: "connecting" } | { readonly is: "live" } | LostConnection;
export interface ConnectionEvidence {
  readonly link: Link;
  readonly heard: ClockReading;
  /** The judgement before this one: a page that slept since heard nothing, whatever the server did. */
  readonly judged: ClockReading;
}
const CONNECTING: Connection = { is: "connecting" };
const LIVE: Connection = { is: "live" };

/** How long ago, ms, by whichever clock says longer. */
export const ageOf = (before: ClockReading, at: ClockReading): number =>
  Math.max(0, at.nowMs - before.nowMs, at.wallMs - before.wallMs);

const inWholeSeconds = (ms: number): number => Math.ceil(ms / 1_000) * 1_000;

/** `before`: the judgement that this one replaces; the same object where nothing has changed. */
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
  // While a loss lasts, the time that was named at its beginning is not put off.
  if (before.is === "lost" && before.heardMs === heard.wallMs)
    return answered && before.dropsByMs !== null ? { ...before, why, dropsByMs: null } : before;
  // A broken connection ended with the server, or later. Silence is dated from the last event, unless the page itself slept.
  const isSilence = !(link.is === "lost" && link.how === "broke") && ageOf(judged, at) <= SILENT_MS;
  const aliveMs = isSilence ? heard.wallMs + UNHEARD_MS : at.wallMs;
  return { is: "lost", why, heardMs: heard.wallMs, dropsByMs: answered ? null : inWholeSeconds(aliveMs + LEASE_MS) };
};
