import { describe, expect, it } from "vitest";
import { Deliveries } from "./deliveries.ts";

/** Looks, and blocks the way where it is blocked; returns for how long, ms. */
const lookAt = (deliveries: Deliveries, begun: number, nowMs: number): number =>
  deliveries.look(begun, nowMs) ? deliveries.block(nowMs) : 0;

describe("deliveries", () => {
  it("are blocked for a while once several connections have begun and none was accepted", () => {
    const deliveries = new Deliveries(0);
    const looks = [0, 1_000, 3_000, 4_000].map((nowMs) => lookAt(deliveries, 1, nowMs));
    expect(looks).toEqual([0, 0, 0, 60_000]);
    expect([deliveries.isBlocked(63_999), deliveries.isBlocked(64_000)]).toEqual([true, false]);
    expect([lookAt(deliveries, 3, 10_000), lookAt(deliveries, 3, 11_000)]).toEqual([0, 0]);
  });
  it("are not blocked by a burst that the agent has only not accepted yet", () => {
    const [busy, blocked] = [new Deliveries(0), new Deliveries(0)];
    expect([lookAt(busy, 50, 0), lookAt(blocked, 50, 0)]).toEqual([0, 0]);
    busy.accept();
    expect([lookAt(busy, 0, 1_000), lookAt(blocked, 0, 1_000)]).toEqual([0, 60_000]);
  });
  it("are looked at often when the redirect has just begun, the first time and behind a block", () => {
    const deliveries = new Deliveries(1_000);
    expect([deliveries.isFresh(5_999), deliveries.isFresh(6_000)]).toEqual([true, false]);
    lookAt(deliveries, 3, 9_000);
    expect(lookAt(deliveries, 0, 10_000)).toBe(60_000);
    expect([10_000, 69_999, 70_000, 75_000].map((nowMs) => deliveries.isFresh(nowMs))).toEqual([
      ...[false, false, true, false],
    ]);
  });
  it("are blocked for twice as long each time, half an hour at most", () => {
    const deliveries = new Deliveries(0);
    let nowMs = 0;
    const blocks = Array.from({ length: 8 }, () => {
      lookAt(deliveries, 3, nowMs);
      nowMs += 1_000;
      const blockMs = lookAt(deliveries, 0, nowMs);
      nowMs += blockMs;
      return blockMs / 60_000;
    });
    expect(blocks).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  });
  it("are not blocked while any connection is accepted", () => {
    const deliveries = new Deliveries(0);
    expect(lookAt(deliveries, 2, 0)).toBe(0);
    deliveries.accept();
    expect(lookAt(deliveries, 50, 1_000)).toBe(0);
    expect(lookAt(deliveries, 2, 2_000)).toBe(0);
    expect(lookAt(deliveries, 1, 3_000)).toBe(0);
    expect(lookAt(deliveries, 0, 4_000)).toBe(60_000);
  });
  it("are proven by the first connection, until a block", () => {
    const deliveries = new Deliveries(0);
    expect(deliveries.isProven).toBe(false);
    deliveries.accept();
    expect(deliveries.isProven).toBe(true);
    deliveries.block(1_000);
    expect(deliveries.isProven).toBe(false);
  });
  it("are not blocked by lone packets that begin nothing, such as those of a scan now and then", () => {
    const deliveries = new Deliveries(0);
    for (let nowMs = 0; nowMs < 200_000; nowMs += 6_000) expect(lookAt(deliveries, 1, nowMs)).toBe(0);
  });
});
