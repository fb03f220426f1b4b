/**
 * Short forms: a map with a single decisive value may be written as that value.
 * `latency: 2s` is `latency: { delay: 2s }`.
 */
import { z } from "zod";

interface Short<S extends z.ZodType, M extends z.ZodType> {
  /** The single value, and its key in the map. */
  readonly value: S;
  readonly key: string;
  readonly map: M;
  /** A map of that key alone, in the notation of a file: every other key gets its default from this map. */
  readonly example: Readonly<Record<string, string | number>>;
  /** Name of the value's form: `duration`. */
  readonly title: string;
  /** In place of "a duration such as 2s", where a few words are all that there are. */
  readonly choice?: string;
}
/** `expected a duration such as 2s, or a map such as { delay: 2s }`. */
const expected = ({
  title,
  key,
  example,
  choice = `a ${title} such as ${example[key]}`,
}: Omit<Short<never, never>, "value" | "map">) => `expected ${choice}, or a map such as { ${key}: ${example[key]} }`;

/**
 * Schema for the short form or the map, with the same model form. Errors of a map are reported as without a short form.
 */
export const orShort = <S extends z.ZodType, M extends z.ZodType>(short: Short<S, M>) => {
  const { value, key, map, example, title } = short;
  // Read at the first use, without a compiled parser: a file uses only one or two of the eleven kinds.
  let blank: object | null = null;
  const long = value.transform((given) => {
    blank ??= map.parse(example, { jitless: true }) as object;
    return { ...blank, [key]: given } as z.output<M>;
  });
  return z
    .union([long, map], { error: expected(short) })
    .meta({ title: `${title}, or map`, examples: [example[key], example] });
};

/** Names of both ends, `*` for every service. */
const EDGE = /^\s*([a-z0-9*][a-z0-9-]*)\s*(?:->|→)\s*([a-z0-9*][a-z0-9-]*)\s*$/;
/** `checkout -> payments` → `{ from: checkout, to: payments }`, read on as a map of both would be. */
export const orArrow = <M extends z.ZodType>(map: M) => {
  const error = "expected an edge such as checkout -> payments, or a map such as { from: checkout, to: payments }";
  const arrow = z
    .string()
    .regex(EDGE, { error })
    .transform((text, context): z.output<M> => {
      const [, from, to] = EDGE.exec(text)!;
      const read = map.safeParse({ from, to }, { jitless: true });
      if (read.success) return read.data;
      context.addIssue({ code: "custom", message: error });
      return z.NEVER;
    })
    .meta({ title: "edge", examples: ["checkout -> payments"] });
  return z.union([arrow, map], { error });
};
