/**
 * Searches random histories of servers, clocks and messages for two leaders at once, and for a row that no server
 * takes.
 */
import { describe, expect, it } from "vitest";
import { elections, type World } from "../../test/store/elections.ts";
import type { LeaderRow } from "../store/leader-row.ts";
import {
  acquireRow,
  ELECTION_TIMING,
  isLeadLost,
  isLeadValid,
  mayAcquire,
  observeRow,
  POLL_MS,
  renewRow,
} from "./election.ts";

const world = (seed: number, more: Partial<World> = {}): World => ({
  ...{
    seed,
    timing: ELECTION_TIMING,
    servers: 2 + (seed % 2),
    lengthMs: 60_000,
    mishapEachMs: 6_000,
    lateMs: 3_000,
    ...more,
  },
});
/** Problem of the first history that violated a rule; null: none. */
const firstProblem = (histories: number, more: Partial<World> = {}): string | null => {
  for (let seed = 1; seed <= histories; seed++) {
    const { problems } = elections(world(seed, more));
    if (problems.length > 0) return `seed ${seed}: ${problems[0]}`;
  }
  return null;
};

describe("invariant 11: two leaders never both grant", () => {
  it("holds in random histories with stops, sleep, drift, jumps of the clock, late and lost messages", {
    timeout: 60_000,
  }, () => {
    expect(firstProblem(200)).toBeNull();
  });
  it("and the search sees many elections", () => {
    const counts = Array.from({ length: 20 }, (_, i) => elections(world(i + 1)).elections);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(60);
  });
  it("and the search finds two leaders where one trusts itself for as long as its row lives", () => {
    expect(firstProblem(400, { timing: { ...ELECTION_TIMING, validMs: 5_000 } })).toMatch(/may grant|came after/);
  });
  it("and where a standby trusts the database's clock alone", () => {
    expect(firstProblem(400, { timing: { ...ELECTION_TIMING, stillMs: 0, staleMs: 0 } })).toMatch(
      /may grant|came after/,
    );
  });
  it("and where nobody notices that a machine slept", () => {
    expect(firstProblem(400, { blindToSleep: true })).toMatch(/may grant|came after/);
  });
  it("and grants that overlap where a new leader does not wait for the old ones' end", () => {
    expect(firstProblem(400, { hasty: true })).toMatch(/an older grant lived/);
  });
});

describe("invariant 12: takeover", () => {
  it("takes at most 5 s from the leader's death, whenever that is, while the database answers", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { vacantMs, problems } = elections(world(seed, { mishapEachMs: 0, lateMs: 60, dieAfterMs: 3_000 }));
      expect(problems).toEqual([]);
      expect(vacantMs).toBeGreaterThan(0);
      expect(vacantMs).toBeLessThanOrEqual(5_000);
    }
  });
});

describe("the rules", () => {
  const row: LeaderRow = { epoch: 3, beat: 9, holder: "a", url: "http://a", expiresMs: 1_000 };
  const asking = { holder: "b", askedMs: 10_000, databaseMs: 2_000, timing: ELECTION_TIMING };
  it("take a row only as it was seen, and renew only one's own", () => {
    const conditions = { databaseMs: 500, timing: ELECTION_TIMING };
    expect(acquireRow(row, row, { holder: "b", url: "http://b", ...conditions })).toEqual({
      ...{ epoch: 4, beat: 10, holder: "b", url: "http://b", expiresMs: 4_500 },
    });
    expect(acquireRow({ ...row, beat: 10 }, row, { holder: "b", url: "", ...conditions })).toBeNull();
    expect(renewRow(row, { epoch: 3, holder: "a" }, conditions)).toEqual({ ...row, beat: 10, expiresMs: 4_500 });
    expect(renewRow(row, { epoch: 3, holder: "b" }, conditions)).toBeNull();
    expect(renewRow(row, { epoch: 2, holder: "a" }, conditions)).toBeNull();
  });
  it("wait until a row has stood still for long enough, longer where its time is not over", () => {
    const seen = observeRow(null, row, 6_501);
    expect(observeRow(seen, { ...row }, 9_000)).toEqual(seen);
    expect(observeRow(seen, { ...row, beat: 10 }, 9_000).sinceMs).toBe(9_000);
    expect(mayAcquire(seen, asking)).toBe(false);
    expect(mayAcquire({ ...seen, sinceMs: 6_500 }, asking)).toBe(true);
    expect(mayAcquire({ ...seen, sinceMs: 6_500 }, { ...asking, databaseMs: 999 })).toBe(false);
    expect(mayAcquire({ ...seen, sinceMs: 2_000 }, { ...asking, databaseMs: 999 })).toBe(true);
  });
  it("take a row that was given up, or that was one's own, at once", () => {
    expect(mayAcquire(observeRow(null, { ...row, holder: null }, 10_000), asking)).toBe(true);
    expect(mayAcquire(observeRow(null, { ...row, holder: "b" }, 10_000), asking)).toBe(true);
  });
  it("let a leader grant for 2 s after it asked, and lose after 4 s; sleep counts", () => {
    const asked = { nowMs: 100, uptimeMs: 100 };
    expect(isLeadValid(asked, { nowMs: 2_099, uptimeMs: 2_099 }, ELECTION_TIMING)).toBe(true);
    expect(isLeadValid(asked, { nowMs: 2_100, uptimeMs: 2_100 }, ELECTION_TIMING)).toBe(false);
    expect(isLeadValid(asked, { nowMs: 200, uptimeMs: 3_200 }, ELECTION_TIMING)).toBe(false);
    expect(isLeadLost(asked, { nowMs: 4_099, uptimeMs: 4_099 }, ELECTION_TIMING)).toBe(false);
    expect(isLeadLost(asked, { nowMs: 4_100, uptimeMs: 4_100 }, ELECTION_TIMING)).toBe(true);
    expect(isLeadLost(asked, { nowMs: 200, uptimeMs: 5_200 }, ELECTION_TIMING)).toBe(true);
  });
  it("look often enough to take over in time", () => {
    expect(ELECTION_TIMING.lifeMs + POLL_MS).toBeLessThan(5_000);
  });
});
