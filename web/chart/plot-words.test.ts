import { describe, expect, it } from "vitest";
import { summaryOf } from "./plot-words.ts";

const perSecond = (value: number) => `${value}/s`;

describe("a chart in words", () => {
  it("says what is now, and within what it was", () => {
    expect(summaryOf([{ label: "requests", values: [38, null, 41, 40] }], perSecond)).toBe(
      "requests: now 40/s, between 38/s and 41/s",
    );
  });
  it("says that nothing changed", () => {
    expect(summaryOf([{ label: "requests", values: [5, 5] }], perSecond)).toBe("requests: now 5/s, all the time");
  });
  it("does not call old what ended, and says when nothing is known", () => {
    const series = [
      { label: "p50", values: [3, 4, null] },
      { label: "p99", values: [null] },
    ];
    expect(summaryOf(series, (ms) => `${ms} ms`)).toBe("p50: between 3 ms and 4 ms; p99: nothing is known");
  });
});
