import {
  type Behaviours,
  type Chunk,
  type Exchange,
  PASS,
  type Pass,
  type Replace,
  type Treatment,
} from "./behaviour.ts";

export const corrupt: Behaviours["corrupt"] = ({ bytes: share, direction }) => {
  /**
   * Number of bytes that stay unchanged before the next changed byte: geometric, so the cost follows the number of
   * changes.
   */
  const gap = (roll: () => number): number => {
    if (share >= 1) return 0;
    return share <= 0 ? Number.POSITIVE_INFINITY : Math.floor(Math.log(1 - roll()) / Math.log(1 - share));
  };
  const changer = (roll: () => number) => {
    let next = gap(roll);
    let untouched = true;
    const data = ({ bytes, atMs }: Chunk): Pass | Replace => {
      // A drawn exchange that has any bytes at all gets at least a single changed byte.
      if (untouched && next >= bytes.length) next = Math.floor(roll() * bytes.length);
      untouched = false;
      if (next >= bytes.length) {
        next -= bytes.length;
        return PASS;
      }
      const changed = Buffer.from(bytes);
      for (; next < changed.length; next += 1 + gap(roll)) changed[next]! ^= 1 + Math.floor(roll() * 255);
      next -= changed.length;
      return { do: "replace", pieces: [{ bytes: changed, atMs }], lossy: true };
    };
    return { data };
  };
  const treat = ({ roll }: Exchange): Treatment => ({
    ...(direction !== "response" && { request: changer(roll) }),
    ...(direction !== "request" && { response: changer(roll) }),
  });
  return { begin: treat, join: treat };
};
