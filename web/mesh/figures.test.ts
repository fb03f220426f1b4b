import { describe, expect, it } from "vitest";
import { latencyText, leftText, passingText, percentText, rateText } from "./figures.ts";

const AT = "2026-01-01T00:00:00.000Z";

describe("figures of the mesh", () => {
  it("says rates in few letters", () => {
    expect([0, 0.44, 9.96, 42.4, 12_345].map(rateText)).toEqual(["0/s", "0.4/s", "10/s", "42/s", "12.3k/s"]);
  });
  it("says how many are under way where none ends", () => {
    const said = [{ perSecond: 0, open: 12 }, { perSecond: 0, open: 0 }, { perSecond: 4, open: 12 }, null].map(
      passingText,
    );
    expect(said).toEqual(["0/s, 12 open", "0/s", "4/s", "–"]);
  });
  it("never rounds a few errors to none, nor nearly all to all", () => {
    expect([0, 0.000_01, 0.004, 0.999_9, 1].map(percentText)).toEqual(["0%", "<0.1%", "0.4%", "99%", "100%"]);
  });
  it("says that it does not know", () => {
    expect([rateText(null), percentText(null), latencyText(null)]).toEqual(["–", "–", "–"]);
  });
  it("counts down to the end of a fault, and not below", () => {
    expect(leftText("2026-01-01T00:00:12.300Z", AT)).toBe("13 s");
    expect(leftText("2026-01-01T00:02:05.000Z", AT)).toBe("2 min 5 s");
    expect(leftText("2025-12-31T23:59:59.000Z", AT)).toBe("0 s");
    expect(leftText(null, AT)).toBeNull();
  });
});
