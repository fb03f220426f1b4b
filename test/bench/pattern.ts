/** Pattern of bulk transfers: a byte that is lost, doubled or moved shows, since its period divides no buffer size. */

/** Size of a bulk transfer, bytes: 16 MiB. */
export const BULK_BYTES = 16 * 1024 * 1024;
const PERIOD = 251;
const LONGEST_PART = 1024 * 1024;

const REPEATED = Buffer.from(Array.from({ length: LONGEST_PART + PERIOD }, (_, i) => i % PERIOD));
export const BULK = Buffer.from(Array.from({ length: BULK_BYTES }, (_, i) => i % PERIOD));

/** Whether the bytes are those of the pattern from `offset` on. */
export const isPattern = (bytes: Buffer, offset: number): boolean => {
  for (let from = 0; from < bytes.length; from += LONGEST_PART) {
    const part = bytes.subarray(from, from + LONGEST_PART);
    const phase = (offset + from) % PERIOD;
    if (!part.equals(REPEATED.subarray(phase, phase + part.length))) return false;
  }
  return true;
};
