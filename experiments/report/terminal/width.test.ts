import { expect, it } from "vitest";
import { clip, pad, widthOf, wrap } from "./width.ts";

it("counts wide characters as two columns and combining ones as none", () => {
  expect(widthOf("checkout")).toBe(8);
  expect(widthOf("支払い")).toBe(6);
  expect(widthOf("e\u0301")).toBe(1);
});

it("cuts a text that is too long and marks the cut", () => {
  expect(clip("payments is slow", 9)).toBe("payments…");
  expect(clip("支払いが遅い", 6)).toBe("支払…");
  expect(clip("short", 9)).toBe("short");
  expect(clip("anything", 0)).toBe("");
});

it("pads to exactly the columns asked for, on either side", () => {
  expect(pad("12", 5, "right")).toBe("   12");
  expect(pad("支払", 5)).toBe("支払 ");
});

it("keeps a number and its unit of time on one line", () => {
  expect(wrap("latency for 8 s; checkout may fail", 13)).toEqual(["latency for", "8 s; checkout", "may fail"]);
});
it("wraps at spaces, cuts words that are longer than a line, and loses nothing", () => {
  expect(wrap("61 of 400 checkouts took over 500 ms", 16)).toEqual(["61 of 400", "checkouts took", "over 500 ms"]);
  const long = "x".repeat(40);
  expect(wrap(long, 16, "  ").every((line) => widthOf(line) <= 16)).toBe(true);
  expect(
    wrap(long, 16, "  ")
      .map((line) => line.trim())
      .join(""),
  ).toBe(long);
});
