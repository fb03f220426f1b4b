import { describe, expect, it } from "vitest";
import { type Connection, connectionOf, LEASE_MS, type LostConnection } from "./connection.ts";
import type { Link } from "./follow.ts";

const WALL_MS = 1_700_000_000_000;
const at = (ms: number, wallMs = ms) => ({ nowMs: ms, wallMs: WALL_MS + wallMs });
const LIVE: Link = { is: "live" };
const BROKE: Link = { is: "lost", how: "broke", why: "Failed to fetch" };
const judged = (link: Link, ageMs: number, before: Connection = { is: "live" }) =>
  connectionOf(before, { link, heard: at(0), judged: at(ageMs - 500) }, at(ageMs));
const lostAt = (link: Link, ageMs: number) => judged(link, ageMs) as LostConnection;

describe("the connection", () => {
  it("is live while the server is heard, and lost after three seconds in which it was not", () => {
    expect(judged(LIVE, 3_000).is).toBe("live");
    expect(judged(LIVE, 3_001).is).toBe("lost");
    expect(judged({ is: "connecting" }, 100).is).toBe("connecting");
    // Accepted and never answered.
    expect(judged({ is: "connecting" }, 3_001).is).toBe("lost");
  });
  it("is lost at once when it breaks, or when the server refuses it for good", () => {
    expect(judged(BROKE, 10).is).toBe("lost");
    expect(judged({ is: "refused", why: "no" }, 10).is).toBe("lost");
  });
  it("is lost after the machine slept, whichever of the two clocks says so", () => {
    for (const awake of [at(100, 60_000), at(60_000, 100)])
      expect(connectionOf({ is: "live" }, { link: LIVE, heard: at(0), judged: at(0) }, awake).is).toBe("lost");
  });
  it("names a time at which the lease of every agent that lost the server too is over, in whole seconds", () => {
    // A server that died when the stream broke had answered a pulse sent before the break.
    for (const brokeMs of [1, 400, 1_000, 2_999]) {
      const { dropsByMs } = lostAt(BROKE, brokeMs);
      expect(dropsByMs).toBeGreaterThanOrEqual(WALL_MS + brokeMs + LEASE_MS);
      expect(dropsByMs! % 1_000).toBe(0);
    }
    // A silent server lived at most until the next event was due, a second after the last event.
    expect(lostAt(LIVE, 3_500).dropsByMs).toBeGreaterThanOrEqual(WALL_MS + 1_000 + LEASE_MS);
    expect(lostAt(LIVE, 3_500).dropsByMs).toBeLessThanOrEqual(WALL_MS + 3_000 + LEASE_MS);
  });
  it("names no time that the server may have outlived while the page slept", () => {
    const awake = at(100, 3_600_000);
    const { dropsByMs } = connectionOf(
      { is: "live" },
      { link: LIVE, heard: at(0), judged: at(0) },
      awake,
    ) as LostConnection;
    expect(dropsByMs).toBeGreaterThanOrEqual(awake.wallMs + LEASE_MS);
  });
  it("does not put off the time that it named, however the loss goes on", () => {
    const first = lostAt(LIVE, 3_500);
    expect(judged({ is: "lost", how: "silent", why: "12 s" }, 12_500, first)).toBe(first);
    expect(judged(BROKE, 60_000, first)).toBe(first);
  });
  it("names no time once a server has answered: it may lead its agents still", () => {
    const answered: Link = { is: "lost", how: "answered", why: "this server stands by" };
    expect(lostAt(answered, 100).dropsByMs).toBeNull();
    expect(judged(answered, 6_000, lostAt(BROKE, 100))).toMatchObject({ dropsByMs: null, why: answered.why });
  });
  it("is live again as soon as something is heard", () => {
    const lost = lostAt(BROKE, 100);
    expect(connectionOf(lost, { link: LIVE, heard: at(9_000), judged: at(8_500) }, at(9_000)).is).toBe("live");
  });
});
