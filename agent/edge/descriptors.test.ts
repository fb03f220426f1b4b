import { describe, expect, it } from "vitest";
import { Descriptors, readDescriptorLimit } from "./descriptors.ts";

describe("the descriptors of an agent", () => {
  it("are read from the kernel's table of limits, and unlimited where there is none", () => {
    const table =
      "Limit                     Soft Limit           Hard Limit\nMax open files            256                  4096  files\n";
    expect(readDescriptorLimit(() => table)).toBe(256);
    expect(readDescriptorLimit(() => table.replace("256 ", "unlimited"))).toBe(Number.POSITIVE_INFINITY);
    expect(
      readDescriptorLimit(() => {
        throw new Error("ENOENT");
      }),
    ).toBe(Number.POSITIVE_INFINITY);
  });
  it("leave 64 for control, and each edge its reserve whatever the others take", () => {
    const all = new Descriptors(256);
    const [flooded, other, third] = [all.open(), all.open(), all.open()];
    let pairs = 0;
    while (flooded.takePair()) pairs++;
    // 192 are for pairs: each edge's reserve is 32.
    expect([pairs, flooded.used]).toEqual([64, 128]);
    for (let i = 0; i < 16; i++) expect([other.takePair(), third.takePair()]).toEqual([true, true]);
    expect([other.takePair(), third.takePair(), flooded.takePair()]).toEqual([false, false, false]);
  });
  it("go to who asks first once they are given back, and never beyond the limit", () => {
    const all = new Descriptors(84);
    const [one, other] = [all.open(), all.open()];
    let pairs = 0;
    while (one.takePair()) pairs++;
    expect(pairs).toBe(8);
    one.give(2);
    expect([one.takePair(), one.takePair()]).toEqual([true, false]);
    other.close();
    expect([one.takePair(), one.takePair(), one.takePair()]).toEqual([true, true, false]);
  });
  it("are without bound where there is no limit", () => {
    const edge = new Descriptors(Number.POSITIVE_INFINITY).open();
    for (let i = 0; i < 10_000; i++) expect(edge.takePair()).toBe(true);
  });
});
