/** The last seconds of an edge, as lines of a chart. Pure. */
import type { TrafficSecond } from "../../server/contract/index.ts";

type Line = readonly (number | null)[];
export interface Lines {
  /** Unix seconds. */
  readonly x: readonly number[];
  readonly rate: Line;
  readonly treated: Line;
  /** Share of errors; null in a second without an ended exchange. */
  readonly errors: Line;
  readonly p50: Line;
  readonly p99: Line;
}
export const seriesOf = (seconds: readonly TrafficSecond[]): Lines => ({
  x: seconds.map(({ at }) => Date.parse(at) / 1_000),
  rate: seconds.map(({ exchanges }) => exchanges),
  treated: seconds.map(({ treated }) => treated),
  errors: seconds.map(({ exchanges, failed }) => (exchanges === 0 ? null : failed / exchanges)),
  p50: seconds.map(({ p50Ms }) => p50Ms),
  p99: seconds.map(({ p99Ms }) => p99Ms),
});
