import { describe, expect, it } from "vitest";
import { checkReport } from "./wrk.ts";

const report = (bytes: number, errors = 0) => ({ requests: 100, bytes, errors, p50Us: 1, p99Us: 2 });

describe("a report of wrk", () => {
  it("is right when whole answers came, and a part of another on each connection", () => {
    expect(() => checkReport(report(20_000), 200, 4)).not.toThrow();
    expect(() => checkReport(report(20_000 + 4 * 199), 200, 4)).not.toThrow();
  });

  it("is refused with an error, with missing or additional bytes, and without requests", () => {
    expect(() => checkReport(report(20_000, 3), 200, 4)).toThrow("3 errors in 100 requests");
    expect(() => checkReport(report(19_999), 200, 4)).toThrow(/100 answers of 200 bytes were expected/);
    expect(() => checkReport(report(20_801), 200, 4)).toThrow(/20801 bytes came/);
    expect(() => checkReport({ ...report(0), requests: 0 }, 200, 4)).toThrow();
  });
});
