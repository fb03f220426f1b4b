import { describe, expect, it } from "vitest";
import { ALWAYS, localOf, momentsOf, queryOfRange, type Range, rangeIn } from "./range.ts";

const back = (range: Range) => rangeIn(new URLSearchParams(queryOfRange(range)));

describe("a range of time", () => {
  it("comes back from the address as it was", () => {
    const between = { since: "2026-01-31T09:00:00.000Z", until: "" };
    for (const range of [ALWAYS, "week" as const, between]) expect(back(range)).toEqual(range);
  });
  it("passes over what is no time", () => {
    expect(rangeIn(new URLSearchParams("for=constructor&since=yesterday"))).toEqual(ALWAYS);
  });
  it("is the same within a minute, so that one that ends now does not ask anew all the time", () => {
    const asked = (time: string) => momentsOf("hour", Date.parse(`2026-01-31T09:${time}Z`));
    expect(asked("00:59.999")).toEqual({ since: "2026-01-31T08:00:00.000Z" });
    expect(asked("00:00.000")).toEqual(asked("00:59.999"));
    expect(asked("01:00.000")).not.toEqual(asked("00:59.999"));
  });
  it("asks for nothing that was not said", () => {
    expect(momentsOf(ALWAYS, 0)).toEqual({});
    expect(momentsOf({ since: "", until: "2026-01-31T09:00:00.000Z" }, 0)).toEqual({
      until: "2026-01-31T09:00:00.000Z",
    });
  });
  it("is shown in local time", () => {
    expect(localOf("2026-01-31T23:30:00.000Z", -60)).toBe("2026-02-01T00:30");
    expect(localOf("", -60)).toBe("");
  });
});
