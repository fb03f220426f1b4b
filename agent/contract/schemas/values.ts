/** Bounded values that every message is made of. No text, list or number of a message is without a bound. */
import { z } from "zod";
import { type ConditionName, conditions } from "../conditions.ts";
import { LONGEST_LIST, LONGEST_MS, LONGEST_TEXT } from "../limits.ts";
import type { Same } from "./frozen.ts";

export const name = z.string().min(1).max(LONGEST_TEXT);
export const runId = name.brand<"RunId">();
export const edgeId = name.brand<"EdgeId">();
export const faultId = name.brand<"FaultId">();
export const text = z.string().max(LONGEST_TEXT);
/** Whole number from 0 to 2^53 − 1: zod's `int` is a safe integer. */
export const count = z.int().min(0);
export const duration = z.number().min(0).max(LONGEST_MS);
/** Time in ms without an upper bound. */
export const elapsed = z.number().min(0);
export const share = z.number().min(0).max(1);
export const protocol = z.enum(["http", "tcp"]);
export const listOf = <T extends z.ZodType>(of: T, most = LONGEST_LIST) => z.array(of).max(most);

/** Schema with a condition of `conditions.ts`, named in `meta` for the generator of the checks. */
export const holding = <S extends z.ZodType>(schema: S, condition: ConditionName): S =>
  schema
    .refine(conditions[condition].holds as (value: unknown) => boolean, { error: conditions[condition].problem })
    .meta({ condition }) as S;

/** Gives a schema the name of a model's type; compiles only while both accept the same values. */
export const typed =
  <T>() =>
  <S extends z.ZodType>(schema: Same<z.output<S>, T> extends true ? S : never): z.ZodType<T> =>
    schema as unknown as z.ZodType<T>;
