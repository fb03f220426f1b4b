import { describe, expect, it } from "vitest";
import { chance } from "../statistics/random.ts";
import { countLags, type SpreadLook, surelyReaching } from "./lags.ts";

const SPREAD_MS = 25;
interface Traffic {
  readonly looks?: number;
  readonly reach?: number;
  /** Exchanges of others, a second. */
  readonly load?: number;
  /** Exchanges of others keep in step with the samples' own pace, as another probe of the run does. */
  readonly inStep?: boolean;
  /** Delay from the send of a sample to the begin of its exchange; the answer comes after 6 ms. */
  readonly afterMs?: number;
}
/** Share of the samples that surely reach the edge, and true share of those that do. */
const play = (seed: number, { looks: count = 200, reach = 1, load = 0, inStep = false, afterMs = 3 }: Traffic) => {
  const begins: number[] = [];
  let reached = 0;
  const looks = Array.from({ length: count }, (_, i): SpreadLook => {
    const slotMs = i * SPREAD_MS;
    const sentMs = slotMs + chance(seed, "sent", i) * SPREAD_MS;
    if (chance(seed, "reach", i) < reach) {
      reached++;
      begins.push(Math.round(sentMs + afterMs));
    }
    if (inStep) begins.push(slotMs + 4);
    return { slotMs, spreadMs: SPREAD_MS, sentMs, answeredMs: sentMs + 6 };
  });
  const others = Math.round((load * count * SPREAD_MS) / 1_000);
  for (let i = 0; i < others; i++) begins.push(Math.round(chance(seed, "other", i) * count * SPREAD_MS));
  const surely = surelyReaching(
    countLags(
      looks,
      begins.sort((a, b) => a - b),
    ),
  );
  return { surely, reached: reached / count };
};
const surely = (seed: number, traffic: Traffic): number => play(seed, traffic).surely;

describe("samples without a mark", () => {
  it("surely reach an edge that nobody else calls, nearly all of them", () => {
    expect(surely(1, {})).toBeGreaterThan(0.7);
  });
  it("surely reach it among others' calls, fewer with each", () => {
    const [some, many] = [surely(1, { load: 60 }), surely(1, { load: 400 })];
    expect(some).toBeGreaterThan(0.4);
    expect(many).toBeLessThan(some);
  });
  it("never surely reach it in greater part than they do, whatever load there is", () => {
    for (const reach of [0, 0.3, 0.6])
      for (const load of [0, 15, 60, 400])
        for (let seed = 0; seed < 40; seed++) {
          const played = play(seed, { reach, load });
          expect(played.surely).toBeLessThanOrEqual(played.reached);
        }
  });
  it("are not taken for others' calls that keep their pace", () => {
    for (let seed = 0; seed < 40; seed++) expect(surely(seed, { reach: 0, inStep: true })).toBe(0);
  });
  it("are not taken for others' calls that they hold up", () => {
    const looks = Array.from({ length: 2_000 }, (_, i): SpreadLook => {
      const sentMs = i * SPREAD_MS + chance(1, "sent", i) * SPREAD_MS;
      return { slotMs: i * SPREAD_MS, spreadMs: SPREAD_MS, sentMs, answeredMs: sentMs + 6 };
    });
    const begins = Array.from({ length: 20_000 }, (_, i) => {
      const ownMs = chance(1, "other", i) * looks.length * SPREAD_MS;
      const busy = looks[Math.floor(ownMs / SPREAD_MS)]!;
      // The service works on each sample for 3 ms, and on no other request.
      return ownMs >= busy.sentMs && ownMs < busy.sentMs + 3 ? busy.sentMs + 3 : ownMs;
    });
    const count = countLags(
      looks,
      begins.sort((a, b) => a - b),
    );
    expect(surelyReaching(count)).toBe(0);
  });
  it("do not reach what is called after their answer", () => {
    for (let seed = 0; seed < 40; seed++) expect(surely(seed, { afterMs: 8, load: 15 })).toBe(0);
  });
  it("are too few to be sure of at five", () => {
    expect(surely(1, { looks: 5 })).toBeLessThan(0.5);
  });
  it("have the chance of the moments from which an exchange would have been met", () => {
    const look = { slotMs: 100, spreadMs: 20, sentMs: 104, answeredMs: 200 };
    // Within 4 ms: from moments 101 to 105, and from 113 to 117.
    expect(countLags([look], [105, 117]).lags).toContainEqual([4, 1, 0.4, 0, 1]);
    expect(countLags([look], [105, 106]).lags).toContainEqual([4, 1, 0.25, 0, 1]);
    expect(countLags([{ ...look, answeredMs: 104 }], [105]).lags).toEqual([]);
  });
});
