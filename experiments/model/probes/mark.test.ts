import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyOf, type MarkKey, MOST_EXPECTATIONS, MOST_SAMPLES, MOST_TAGS, markOf, readMark } from "./mark.ts";

const KEY = keyOf("00112233445566778899aabbccddeeff")!;
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const keys: fc.Arbitrary<MarkKey> = fc.stringMatching(/^[0-9a-f]{32}$/).map((text) => keyOf(text)!);
const tags = fc.integer({ min: 0, max: MOST_TAGS - 1 });
const samples = fc.record({
  expectation: fc.integer({ min: 0, max: MOST_EXPECTATIONS - 1 }),
  number: fc.integer({ min: 0, max: MOST_SAMPLES - 1 }),
});

describe("a mark", () => {
  it("is read back as the sample that it was made of, with any key and tag", () => {
    fc.assert(
      fc.property(keys, tags, samples, (key, tag, sample) => {
        const mark = markOf(key, { tag, ...sample });
        expect(mark).toMatch(/^[0-9a-f]{16}$/);
        expect(readMark(key, tag, mark)).toEqual(sample);
      }),
      { numRuns: 2_000 },
    );
  });
  it("is a permutation: every 64 bits are the mark of exactly one tag, expectation and number", () => {
    fc.assert(
      fc.property(keys, word, word, (key, high, low) => {
        const text = high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
        // The tag of this text is among all tags; only the right tag opens the mark.
        let opened = 0;
        for (let tag = 0; tag < MOST_TAGS; tag++) {
          const sample = readMark(key, tag, text);
          if (sample === null) continue;
          opened++;
          expect(markOf(key, { tag, ...sample })).toBe(text);
        }
        expect(opened).toBe(1);
      }),
      { numRuns: 5 },
    );
  });
  it("stays what it is: agents and servers of other versions read it", () => {
    expect(markOf(KEY, { tag: 0x5142, expectation: 3, number: 12_345 })).toBe("c770386b0f609506");
  });
  it("is nobody's with another key or tag, but for one foreign trace id in 65,536", () => {
    const other = keyOf("ffeeddccbbaa99887766554433221100")!;
    const marks = Array.from({ length: 20_000 }, (_, number) => markOf(KEY, { tag: 7, expectation: 1, number }));
    expect(marks.filter((mark) => readMark(KEY, 8, mark) !== null)).toEqual([]);
    // 0.3 are expected; more than 6 come once in ten million such keys, and this key is fixed.
    expect(marks.filter((mark) => readMark(other, 7, mark) !== null).length).toBeLessThanOrEqual(6);
  });
  it("is nothing but 16 hexadecimal digits, and a key 32 of them", () => {
    for (const text of ["", "c770386b0f60950", "c770386b0f609506a", "C770386B0F609506", "c770386b0f60950g"])
      expect(readMark(KEY, 0x5142, text)).toBeNull();
    for (const text of ["", "00", "zz112233445566778899aabbccddeeff"]) expect(keyOf(text)).toBeNull();
  });
});

describe("marks of one run, in the order they are sent", () => {
  const COUNT = 64_000;
  const marks = Array.from({ length: COUNT }, (_, number) => markOf(KEY, { tag: 0x1234, expectation: 0, number }));
  /** Upper 10⁻⁶ point of chi-squared with 255 degrees of freedom (Wilson and Hilferty 1931). */
  const MOST = 255 * (1 - 2 / (9 * 255) + 4.753 * Math.sqrt(2 / (9 * 255))) ** 3;
  const chiSquared = (values: readonly number[]): number => {
    const counts = new Array<number>(256).fill(0);
    for (const value of values) counts[value]!++;
    const expected = values.length / 256;
    return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  };
  const byteOf = (mark: string, i: number) => Number.parseInt(mark.slice(2 * i, 2 * i + 2), 16);

  it.each([0, 1, 2, 3, 4, 5, 6, 7])("are uniform in byte %i, for samplers that look at high or low bytes", (i) => {
    expect(chiSquared(marks.map((mark) => byteOf(mark, i)))).toBeLessThan(MOST);
  });
  it("do not follow each other: byte differences of neighbours are uniform too", () => {
    for (let i = 0; i < 8; i++) {
      const steps = marks.slice(1).map((mark, at) => (byteOf(mark, i) - byteOf(marks[at]!, i) + 256) % 256);
      expect(chiSquared(steps)).toBeLessThan(MOST);
    }
  });
  it("are sampled at the ratio that is asked for: by the low 63 bits, by the low 56, by all words xored", () => {
    const low = (mark: string) => BigInt(`0x${mark}`);
    const samplers: readonly ((mark: string, ratio: number) => boolean)[] = [
      // OpenTelemetry in Go and Java; W3C level 2, where the last 7 bytes are random.
      (mark, ratio) => Number(low(mark) >> 1n) < ratio * 2 ** 63,
      (mark, ratio) => Number(low(mark) & 0xffffffffffffffn) < ratio * 2 ** 56,
      // OpenTelemetry in JavaScript, whose high words are random: the low words alone.
      (mark, ratio) => (Number(low(mark) >> 32n) ^ Number(low(mark) & 0xffffffffn)) >>> 0 < ratio * 2 ** 32,
    ];
    for (const sampler of samplers)
      for (const ratio of [0.01, 0.1, 0.5]) {
        const taken = marks.filter((mark) => sampler(mark, ratio)).length;
        expect(Math.abs(taken - ratio * COUNT)).toBeLessThan(5 * Math.sqrt(COUNT * ratio * (1 - ratio)));
      }
  });
});
