import { describe, expect, it } from "vitest";
import { Deliveries } from "./deliveries.ts";

describe("deliveries", () => {
  it("are blocked once several connections have begun and none was accepted", () => {
    const deliveries = new Deliveries();
    expect([deliveries.look(1, 0), deliveries.look(1, 1_000), deliveries.look(1, 3_000)]).toEqual([false, false, true]);
  });
  it("are not blocked while any connection is accepted", () => {
    const deliveries = new Deliveries();
    expect(deliveries.look(2, 0)).toBe(false);
    deliveries.accept();
    expect(deliveries.look(50, 1_000)).toBe(false);
    expect(deliveries.look(2, 2_000)).toBe(false);
    expect(deliveries.look(1, 3_000)).toBe(true);
  });
  it("are not blocked by lone packets that begin nothing, such as those of a scan now and then", () => {
    const deliveries = new Deliveries();
    for (let nowMs = 0; nowMs < 200_000; nowMs += 6_000) expect(deliveries.look(1, nowMs)).toBe(false);
  });
});
