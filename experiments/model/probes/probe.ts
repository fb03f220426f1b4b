import { z } from "zod";
import { label } from "../notation/name.ts";
import { duration, rate, size } from "../units/schemas.ts";
import { formatSize } from "../units/size.ts";

/**
 * Pace at which a probe takes samples. `rate`: open loop, each sample at the intended time, whether or not earlier
 * samples are answered.
 */
export interface Pace {
  readonly everyMs: number;
  readonly openLoop: boolean;
}
/** `counted`: agents count all traffic, and the probe sends none. Streams need an objective; polls default to 100%. */
export type ProbeStyle = "stream" | "poll" | "counted";

/** Specification of a probe kind, without the sampling itself (that is `server/probes/<kind>.ts`). */
export interface ProbeKindSpec<Params extends z.ZodType> {
  readonly summary: string;
  readonly params: Params;
  describe(params: z.output<Params>): string;
  style(params: z.output<Params>): ProbeStyle;
  /** The criteria keys that have a meaning for the probe's samples. */
  readonly criteria: readonly string[];
}
export const defineProbe = <Params extends z.ZodType>(spec: ProbeKindSpec<Params>): ProbeKindSpec<Params> => spec;

export const interval = duration.refine((ms) => ms >= 10, { error: "expected 10ms or more" });
/** At 0 no answer could ever be in time. */
export const timeout = duration.refine((ms) => ms > 0, { error: "expected more than 0s" });
/** Bodies wait in the memory of the server until judged. */
const LARGEST_BODY = 1_048_576;
export const maxBody = size
  .refine((bytes) => bytes >= 1 && bytes <= LARGEST_BODY, { error: `expected 1B to ${formatSize(LARGEST_BODY)}` })
  .prefault("64KiB")
  .describe("A longer body is not judged: the sample is errored if `good` asks about the body.");
const MOST_VIA = 100;
/**
 * Entry of a probe whose address is outside the mesh: without an entry, the faults that the samples can meet are
 * unknown.
 */
export const via = z
  .union([label, z.array(label).min(1).max(MOST_VIA)], { error: "expected the name of a service, or a list of them" })
  .transform((named) => (typeof named === "string" ? [named] : named))
  .optional()
  .describe("Services of the mesh through which its requests, or the numbers it asks for, come to be.")
  .meta({ title: "service, or a list of them" });
/** The pace keys that every active probe has; a poll each second by default. */
export const pace = {
  rate: rate
    .refine((perSecond) => perSecond <= 10_000, { error: "expected 10000/s at most" })
    .optional()
    .describe("Open loop: so many samples, whether or not earlier ones are answered."),
  every: interval.optional().describe("A poll each so often; 1s by default."),
};
export const paceOf = (params: { rate?: number | undefined; every?: number | undefined }): Pace =>
  params.rate !== undefined
    ? { everyMs: 1_000 / params.rate, openLoop: true }
    : { everyMs: params.every ?? 1_000, openLoop: false };
export const styleOf = (params: { rate?: number | undefined }): ProbeStyle =>
  params.rate !== undefined ? "stream" : "poll";
