import type { Behaviours, Cut, Pass, Piece, Treatment } from "./behaviour.ts";
import { PASS } from "./behaviour.ts";

/** Exactly so many bytes pass; the first one more cuts. A stream that ends with its last allowed byte was not touched. */
export const limit = (bytes: number, how: Cut["how"]): { data(piece: Piece): Pass | Cut } => {
  let left = bytes;
  return {
    data(piece) {
      if (piece.bytes.length <= left) {
        left -= piece.bytes.length;
        return PASS;
      }
      const keep = left > 0 ? [{ bytes: piece.bytes.subarray(0, left), atMs: piece.atMs }] : [];
      left = 0;
      return { do: "cut", how, atMs: piece.atMs, keep };
    },
  };
};

export const limitBytes: Behaviours["limitBytes"] = ({ bytes, direction }) => {
  const treat = (): Treatment => ({ [direction]: limit(bytes, "fin") });
  return { strike: treat, join: treat };
};
