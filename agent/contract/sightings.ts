/**
 * Coding of a fault's marked exchanges in a pulse: a few bytes each, since a probe may send thousands a second.
 * Times stand beside the numbers, because a hit counts by the order of hit and answer: did the fault hit the sample before
 * the sample was answered?
 */

/** A marked exchange, or the earliest of several exchanges of the same sample. */
export interface Sighting {
  readonly expectation: number;
  readonly number: number;
  /** Age of the exchange: ms from the exchange's start until the pulse was sent. */
  readonly ageMs: number;
  /** True: the fault hit the exchange; false: the exchange was only seen and matched. */
  readonly hit: boolean;
}

/** A whole number, seven bits a byte, the lowest first. Arithmetic, because sample numbers have 36 bits. */
const putWhole = (bytes: number[], value: number): void => {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
};
const unsigned = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const signed = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

const groupOf = ({ expectation, hit }: Sighting): number => expectation * 2 + (hit ? 1 : 0);
const inOrder = (a: Sighting, b: Sighting): number => groupOf(a) - groupOf(b) || a.number - b.number;

/** Bytes of a group's head at most, and of a sighting. */
const MOST_HEAD = 4;
const MOST_ONE = 12;

/**
 * Encodes sightings sorted by group (expectation and hit), each group as `group, count, (number − the one before, age −
 * the one before)…`: two bytes a sighting at a steady rate. `taken`: the sightings that had room in `room` bytes.
 */
export const encodeSightings = <T extends Sighting>(
  sightings: readonly T[],
  room: number,
): { readonly bytes: Uint8Array; readonly taken: readonly T[] } => {
  const sorted = sightings.toSorted(inOrder);
  const bytes: number[] = [];
  let next = 0;
  while (next < sorted.length && bytes.length + MOST_HEAD + MOST_ONE <= room) {
    const group = groupOf(sorted[next]!);
    const entries: number[] = [];
    let [count, number, ageMs] = [0, 0, 0];
    for (; next < sorted.length && groupOf(sorted[next]!) === group; next++) {
      if (bytes.length + MOST_HEAD + entries.length + MOST_ONE > room) break;
      const one = sorted[next]!;
      const age = Math.max(0, Math.round(one.ageMs));
      putWhole(entries, one.number - number);
      putWhole(entries, unsigned(age - ageMs));
      [count, number, ageMs] = [count + 1, one.number, age];
    }
    putWhole(bytes, group);
    putWhole(bytes, count);
    for (const byte of entries) bytes.push(byte);
  }
  return { bytes: Uint8Array.from(bytes), taken: sorted.slice(0, next) };
};

/** Decodes a report's sightings; null: the report is incomplete or malformed. Never throws. */
export const decodeSightings = (bytes: Uint8Array): readonly Sighting[] | null => {
  const sightings: Sighting[] = [];
  let at = 0;
  /** Reads a number; NaN once the bytes have run out, or for a number above the largest that the encoder writes. */
  const whole = (): number => {
    let value = 0;
    for (let place = 1; place <= 2 ** 49; place *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) return Number.NaN;
      value += (byte % 128) * place;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const group = whole();
    const count = whole();
    let [number, ageMs] = [0, 0];
    for (let i = 0; i < count; i++) {
      number += whole();
      ageMs += signed(whole());
      if (!(number < 2 ** 36 && ageMs >= 0)) return null;
      sightings.push({ expectation: Math.floor(group / 2), number, ageMs, hit: group % 2 === 1 });
    }
    if (!(group < 2 ** 13 && count > 0)) return null;
  }
  return sightings;
};
