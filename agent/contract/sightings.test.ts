import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSightings, encodeSightings, type Sighting } from "./sightings.ts";

const sighting: fc.Arbitrary<Sighting> = fc.record({
  expectation: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 4_095 })),
  number: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 2 ** 36 - 1 })),
  ageMs: fc.integer({ min: 0, max: 7_200_000 }),
  hit: fc.boolean(),
});
const text = (sightings: readonly Sighting[]) => sightings.map((one) => JSON.stringify(one)).sort();

describe("sightings in a pulse", () => {
  it("are read back as they were written, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(sighting, { maxLength: 200 }), (sightings) => {
        const { bytes, taken } = encodeSightings(sightings, 1e6);
        expect(text(taken)).toEqual(text(sightings));
        expect(text(decodeSightings(bytes)!)).toEqual(text(sightings));
      }),
    );
  });
  it("never take more room than there is, and what had no room is told by the next", () => {
    fc.assert(
      fc.property(fc.array(sighting, { maxLength: 100 }), fc.integer({ min: 16, max: 200 }), (sightings, room) => {
        const told: Sighting[] = [];
        let left = sightings;
        while (left.length > 0) {
          const { bytes, taken } = encodeSightings(left, room);
          expect(bytes.length).toBeLessThanOrEqual(room);
          expect(taken.length).toBeGreaterThan(0);
          told.push(...decodeSightings(bytes)!);
          left = left.filter((one) => !taken.includes(one));
        }
        expect(text(told)).toEqual(text(sightings));
      }),
    );
  });
  it("take two bytes each at a steady rate", () => {
    const steady = Array.from({ length: 1_000 }, (_, i) => ({
      ...{ expectation: 1, number: 5_000 + i, ageMs: 25_000 - 25 * i + (i % 3), hit: false },
    }));
    expect(encodeSightings(steady, 1e6).bytes.length).toBeLessThan(2_020);
  });
  it("that are not whole are null, and no bytes make it throw or go on for ever", () => {
    const { bytes } = encodeSightings([{ expectation: 1, number: 7, ageMs: 30, hit: true }], 100);
    for (let end = 1; end < bytes.length; end++) expect(decodeSightings(bytes.slice(0, end))).toBeNull();
    // A count that no bytes follow; a group that no expectation has; a number that never ends.
    for (const hostile of [[2, 255, 255, 255, 127], [255, 255, 127, 1, 0, 0], new Array(4_096).fill(255)])
      expect(decodeSightings(Uint8Array.from(hostile))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (hostile) => {
        for (const { expectation, number, ageMs } of decodeSightings(hostile) ?? []) {
          expect(expectation).toBeLessThan(4_096);
          expect(number).toBeLessThan(2 ** 36);
          expect(ageMs).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
