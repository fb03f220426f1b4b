/**
 * A histogram of latencies after HdrHistogram (Gil Tene, public domain): buckets that double, each cut into equal
 * parts, so that every value keeps 3 significant digits. Written as the V2 compressed form that every HdrHistogram
 * reads (https://github.com/HdrHistogram/HdrHistogram_c, hdr_histogram_log.c). Written here, because the library would
 * cost an idle agent 8 MB.
 */
import { deflateSync } from "node:zlib";

const DIGITS = 3;
/** Bits of a part's index: 2048 parts hold 3 digits. */
const PART_BITS = 11;
const PARTS = 1 << PART_BITS;
const HALF = PARTS >> 1;
/** Longest latency with a cell, µs: 2 h; longer latencies count as 2 h. */
const LONGEST_US = 7_200_000_000;
/** Number of buckets: the last bucket passes the longest latency. */
const BUCKETS = Math.ceil(Math.log2(LONGEST_US / PARTS)) + 1;
const CELLS = (BUCKETS + 1) * HALF;
/** Cells are kept in pages: an edge's latencies of a second lie in a few of 96, and all pages are 98 KB. */
const PAGE_BITS = 8;
const PAGE = 1 << PAGE_BITS;
const PAGES = Math.ceil(CELLS / PAGE);
/** Empty pages kept for later latencies of any edge: 1 MiB. */
const MOST_FREE = 1_024;
const free: Uint32Array[] = [];
/** Cells of a histogram by page; a page without a count is absent. */
type Pages = (Uint32Array | undefined)[];

const ENCODING_V2 = 0x1c849303 | 0x10;
const COMPRESSED_V2 = 0x1c849304 | 0x10;

/** Cell of a value in µs: the leading bit gives the bucket, the bits below give the part. */
const cellOf = (us: number): number => {
  if (us < PARTS) return us;
  const bucket = Math.floor(Math.log2(us)) - PART_BITS + 1;
  return (bucket + 1) * HALF + Math.floor(us / 2 ** bucket) - HALF;
};

/** Least value in µs that a cell counts. */
const leastUs = (cell: number): number => {
  if (cell < PARTS) return cell;
  const bucket = Math.floor(cell / HALF) - 1;
  return ((cell % HALF) + HALF) * 2 ** bucket;
};

/** ZigZag LEB128, 9 bytes at most; counts here stay below 2^52. */
const writeVarint = (out: number[], value: number): void => {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
};

export interface LatencyHistogram {
  record(latencyMs: number): void;
  /** Quantile of all values recorded since the last `take`, to 3 digits; null: no values. */
  quantileMs(share: number): number | null;
  /** Takes all values since the last call, V2 compressed, base64; "" without values. */
  take(): string;
}

export const createLatencyHistogram = (): LatencyHistogram => {
  // Allocated with the first value: most edges never treat any exchange.
  let pages: Pages | null = null;
  let highest = -1;
  return {
    record(latencyMs) {
      pages ??= new Array(PAGES).fill(undefined);
      const us = Math.min(LONGEST_US, Math.max(0, Math.round(latencyMs * 1_000)));
      const cell = cellOf(us);
      const number = cell >> PAGE_BITS;
      let page = pages[number];
      if (page === undefined) {
        page = free.pop() ?? new Uint32Array(PAGE);
        pages[number] = page;
      }
      page[cell & (PAGE - 1)]!++;
      if (cell > highest) highest = cell;
    },
    quantileMs(share) {
      if (pages === null) return null;
      let all = 0;
      for (const page of pages) if (page !== undefined) for (const count of page) all += count;
      let rest = share * all;
      let cell = -1;
      while (rest > 0 && cell < highest) {
        cell++;
        rest -= pages[cell >> PAGE_BITS]?.[cell & (PAGE - 1)] ?? 0;
      }
      return leastUs(Math.max(cell, 0)) / 1_000;
    },
    take() {
      if (pages === null) return "";
      const counts = encodeCounts(pages, highest);
      for (const page of pages) if (page !== undefined && free.length < MOST_FREE) free.push(page.fill(0));
      pages = null;
      highest = -1;
      return encode(counts);
    },
  };
};

/** Encodes the counts in order; a negative number stands for a run of empty cells. */
const encodeCounts = (pages: Pages, highest: number): number[] => {
  const out: number[] = [];
  let empty = 0;
  for (let first = 0; first <= highest; first += PAGE) {
    const page = pages[first >> PAGE_BITS];
    if (page === undefined) {
      empty += PAGE;
      continue;
    }
    for (const count of page.subarray(0, highest + 1 - first)) {
      if (count === 0) {
        empty++;
        continue;
      }
      if (empty > 0) writeVarint(out, empty === 1 ? 0 : -empty);
      empty = 0;
      writeVarint(out, count);
    }
  }
  return out;
};

const encode = (counts: readonly number[]): string => {
  const plain = Buffer.alloc(40 + counts.length);
  plain.writeInt32BE(ENCODING_V2, 0);
  plain.writeInt32BE(counts.length, 4);
  plain.writeInt32BE(1, 8); // normalizing offset, which readers ignore
  plain.writeInt32BE(DIGITS, 12);
  plain.writeBigInt64BE(1n, 16);
  plain.writeBigInt64BE(BigInt(LONGEST_US), 24);
  plain.writeBigInt64BE(1n, 32); // conversion ratio, likewise
  plain.set(counts, 40);
  const body = deflateSync(plain);
  const head = Buffer.alloc(8);
  head.writeInt32BE(COMPRESSED_V2, 0);
  head.writeInt32BE(body.length, 4);
  return Buffer.concat([head, body]).toString("base64");
};
