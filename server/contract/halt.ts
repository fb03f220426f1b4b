/** The body of a halt: every field is optional, and no field can keep a halt from being done. */
import { z } from "zod";
import { runId } from "./ids.ts";
import { LONGEST_REASON } from "./words.ts";

/** Stands in journals, logs and pages where the halt came without a reason. */
const NO_REASON = "no reason was given";

export const haltFields = z.strictObject({
  reason: z
    .string()
    .transform((text) => text.replaceAll("\0", "").trim().slice(0, LONGEST_REASON) || NO_REASON)
    .default(NO_REASON)
    .describe("A text: why. It stands in journal, log and audit."),
  because: z
    .enum(["operator", "interrupted"])
    .default("operator")
    .describe("`operator`, unless it says `interrupted`."),
  recover: z.boolean().default(false).describe("True: wait for the recovery window; else audit and finish at once."),
});
export const haltAllFields = z.strictObject({
  ...haltFields.shape,
  latch: z
    .boolean()
    .default(true)
    .describe("Start nothing more until somebody releases the gate, unless it says false."),
});

/**
 * Body for OpenAPI: untyped fields in an untyped body. The server takes values that a type would rule out, and
 * openapi-python-client generates no call for a choice between the fields and any other value.
 */
export const anyBody = (id: string, fields: z.ZodObject): z.ZodType =>
  z.unknown().meta({
    id,
    description: "Fields that are known. Whatever else comes, or a field that cannot be read, is a halt all the same.",
    properties: Object.fromEntries(
      Object.entries(fields.shape as Readonly<Record<string, z.ZodType>>).map(([name, { description }]) => [
        name,
        { description },
      ]),
    ),
  });
export const halted = z
  .object({ halted: z.array(runId).describe("Ids of the runs that were under way.") })
  .meta({ id: "Halted" });

/** Readable fields of `value`; the other fields get their defaults, which are the safer side. */
const readable = <S extends z.ZodObject>(fields: S, value: unknown): z.output<S> => {
  const given = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const kept = Object.entries(fields.shape as Readonly<Record<string, z.ZodType>>).filter(
    ([name, field]) => Object.hasOwn(given, name) && field.safeParse(given[name]).success,
  );
  return fields.parse(Object.fromEntries(kept.map(([name]) => [name, given[name]])));
};
/** Takes every value. A client sees the fields; a person in a hurry may send any body. */
const tolerant = <S extends z.ZodObject>(fields: S) =>
  z.union([fields, z.unknown().transform((value) => readable(fields, value))]) as unknown as z.ZodType<
    z.output<S>,
    z.input<S>
  >;

export const halt = tolerant(haltFields);
export type Halt = z.input<typeof haltFields>;
export const haltAll = tolerant(haltAllFields);
export type HaltAll = z.input<typeof haltAllFields>;
/** Takes any query: a query parameter must not keep a halt from being done either. */
export const anyQuery = z.looseObject({});
