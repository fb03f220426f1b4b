import { describe, expect, it } from "vitest";
import { boxBeside } from "./roving.ts";

const box = (x: number, y: number) => ({ x, y, width: 200, height: 76 });
const BOXES = { gateway: box(0, 0), catalog: box(400, -60), checkout: box(400, 60), payments: box(800, 60) };

describe("arrow keys on the picture", () => {
  it.each([
    ["gateway", "ArrowRight", "catalog"],
    ["checkout", "ArrowRight", "payments"],
    ["checkout", "ArrowUp", "catalog"],
    ["checkout", "ArrowLeft", "gateway"],
    ["payments", "ArrowRight", null],
  ] as const)("go from %s by %s to %s", (from, key, to) => {
    expect(boxBeside(BOXES, from, key)).toBe(to);
  });
});
