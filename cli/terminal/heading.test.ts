import { describe, expect, it } from "vitest";
import { PLAIN } from "../../experiments/report/terminal/paint.ts";
import { widthOf } from "../../experiments/report/terminal/width.ts";
import { lastWord, type Output } from "../output.ts";
import { heading } from "./heading.ts";

describe("a heading", () => {
  const at = (width: number) => heading("checkout-survives", "chaos/checkout.yaml", { width, paint: PLAIN });
  it("is one line where that fits, else two that do", () => {
    expect(at(38)).toEqual(["checkout-survives  chaos/checkout.yaml"]);
    expect(at(37)).toEqual(["checkout-survives", "  chaos/checkout.yaml"]);
    expect(at(12).every((line) => widthOf(line) <= 12)).toBe(true);
  });
});
describe("the last word of a command", () => {
  const output = (live: boolean): Output => ({
    ...{
      out() {},
      err() {},
      raw() {},
      live,
      attended: live,
      paint: PLAIN,
      outPaint: PLAIN,
      width: () => 40,
      tableWidth: () => 40,
      lost: async () => null,
      screen: () => null,
    },
  });
  const message = `squall: ${"several words ".repeat(6)}\n  short`;
  it("is broken between words on a terminal, with its own lines kept", () => {
    const lines = lastWord(message, output(true)).split("\n");
    expect(lines.every((line) => widthOf(line) <= 40)).toBe(true);
    expect(lines.at(-1)).toBe("  short");
    expect(lines.join(" ").replaceAll(/\s+/g, " ")).toBe(message.replaceAll(/\s+/g, " "));
  });
  it("is not broken in a log, where lines are searched", () => {
    expect(lastWord(message, output(false))).toBe(message);
  });
});
