import { type Behaviours, type Chunk, type Cut, PASS, type Pass, type Treatment } from "./behaviour.ts";

/**
 * Lets exactly `bytes` bytes pass; the next byte cuts. A stream that ends with the last allowed byte was not touched.
 */
export const limit = (bytes: number, how: Cut["how"]): { data(chunk: Chunk): Pass | Cut } => {
  let left = bytes;
  return {
    data(chunk) {
      if (chunk.bytes.length <= left) {
        left -= chunk.bytes.length;
        return PASS;
      }
      const keep = left > 0 ? [{ bytes: chunk.bytes.subarray(0, left), atMs: chunk.atMs }] : [];
      left = 0;
      return { do: "cut", how, atMs: chunk.atMs, keep };
    },
  };
};

export const limitBytes: Behaviours["limitBytes"] = ({ bytes, direction }) => {
  const treat = (): Treatment => ({ [direction]: limit(bytes, "fin") });
  return { begin: treat, join: treat };
};
