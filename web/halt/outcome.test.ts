import { describe, expect, it } from "vitest";
import { ApiError } from "../api/client.ts";
import { outcomeOf, pauseMs } from "./outcome.ts";

const refused = (status: number, code = "some-code", leader: string | null = null) =>
  new ApiError(status, { code, message: "no", details: [] }, leader);

describe("an attempt to halt", () => {
  it("is done when the run is over", () => {
    expect(outcomeOf(refused(409, "run-is-over"))).toEqual({ is: "done" });
  });
  it("is tried again wherever another one may succeed", () => {
    const late = Object.assign(new Error("late"), { name: "TimeoutError" });
    for (const error of [
      new TypeError("Failed to fetch"),
      late,
      new SyntaxError("<"),
      "odd",
      refused(500),
      refused(503),
    ])
      expect(outcomeOf(error)).toMatchObject({ is: "failed", again: true });
    for (const status of [421, 429]) expect(outcomeOf(refused(status))).toMatchObject({ again: true });
  });
  it("is not where the server means it", () => {
    for (const status of [400, 401, 403, 404, 409]) expect(outcomeOf(refused(status))).toMatchObject({ again: false });
  });
  it("says which of them it was", () => {
    expect(outcomeOf(refused(401))).toMatchObject({ why: expect.stringContaining("session is over") });
    expect(outcomeOf(refused(502, ""))).toMatchObject({ why: expect.stringContaining("something between") });
    expect(outcomeOf(refused(421, "x", "https://b"))).toMatchObject({ why: expect.stringContaining("https://b") });
  });
  it("waits longer from time to time, and five seconds at the most", () => {
    expect([1, 2, 3, 4, 50].map(pauseMs)).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });
});
