import {
  type Behaviours,
  type Chunk,
  type Exchange,
  PASS,
  type Pass,
  type Split,
  type Treatment,
} from "./behaviour.ts";

export const slice: Behaviours["slice"] = ({ size, variation, pause, direction }) => {
  const cutter = (roll: () => number) => {
    let freeAtMs = Number.NEGATIVE_INFINITY;
    const data = ({ bytes, atMs }: Chunk): Pass | Split => {
      // The pause also lies between the last piece of a chunk and the first piece of the next chunk.
      if (atMs < freeAtMs) return { do: "split", bytes: 0, restAtMs: freeAtMs };
      freeAtMs = atMs + pause;
      const length = Math.max(1, size + Math.round((roll() * 2 - 1) * variation));
      return bytes.length <= length ? PASS : { do: "split", bytes: length, restAtMs: freeAtMs };
    };
    return { data };
  };
  const treat = ({ roll }: Exchange): Treatment => ({
    ...(direction !== "response" && { request: cutter(roll) }),
    ...(direction !== "request" && { response: cutter(roll) }),
  });
  return { begin: treat, join: treat };
};
