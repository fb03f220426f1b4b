/** Finds a field's schema by its path, for "did you mean" and for the docs of fields. */
import type { z } from "zod";
import type { DocumentPath } from "../document/issue.ts";

/** Parts of a schema's definition that are read here; every kind of schema has some of these. */
interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
}
export const defOf = (schema: z.ZodType): Def => schema.def as unknown as Def;

/** The file-form schemas behind wrappers (optional, defaults, codecs); a union comes apart. */
export const unwrap = (schema: z.ZodType): readonly z.ZodType[] => {
  const { innerType, in: written, getter, options } = defOf(schema);
  const inner = innerType ?? written ?? getter?.();
  if (inner !== undefined) return unwrap(inner);
  return options?.flatMap(unwrap) ?? [schema];
};

const below = (schema: z.ZodType, part: string | number): readonly z.ZodType[] =>
  unwrap(schema).flatMap((each) => {
    const { shape, element, valueType } = defOf(each);
    if (shape !== undefined) return Object.hasOwn(shape, part) ? [shape[part]!] : [];
    return element !== undefined && typeof part === "number" ? [element] : valueType !== undefined ? [valueType] : [];
  });

/** Every schema that may stand at a path, wrappers and all; none when there is no such field. */
export const schemasAt = (schema: z.ZodType, path: DocumentPath): readonly z.ZodType[] =>
  path.reduce<readonly z.ZodType[]>((from, part) => from.flatMap((each) => below(each, part)), [schema]);

/** The keys that a map at a path may have. */
export const keysAt = (schema: z.ZodType, path: DocumentPath): readonly string[] => [
  ...new Set(
    schemasAt(schema, path)
      .flatMap(unwrap)
      .flatMap((each) => Object.keys(defOf(each).shape ?? {})),
  ),
];

const kindOf = (schema: z.ZodType): string =>
  String(defOf(unwrap(defOf(schema).shape?.kind ?? schema)[0]!).values?.[0] ?? "");
/** A place in words that know no names and numbers: `Experiment.spec.faults.[].latency.delay`, `Mesh.spec.services.*.command`. */
export const placeOf = (schema: z.ZodType, path: DocumentPath): string => {
  let from: readonly z.ZodType[] = [schema];
  const parts = path.map((part) => {
    const shapes = from.flatMap(unwrap).map(defOf);
    from = from.flatMap((each) => below(each, part));
    if (typeof part === "number") return "[]";
    const isKey = shapes.some(({ shape }) => shape !== undefined);
    return isKey || !shapes.some(({ valueType }) => valueType !== undefined) ? part : "*";
  });
  return [kindOf(schema), ...parts].join(".");
};
/** A table's entry for a place: that of the longest ending of the place that is a key of the table. */
export const byEnding = <T>(table: Readonly<Record<string, T>>, place: string): T | undefined => {
  const parts = place.split(".");
  for (let from = 0; from < parts.length; from++) {
    const ending = parts.slice(from).join(".");
    if (Object.hasOwn(table, ending)) return table[ending];
  }
  return undefined;
};
/** Titles of every schema at a path, the outermost first. */
export const titlesAt = (schema: z.ZodType, path: DocumentPath): readonly string[] => {
  const titles = (each: z.ZodType): readonly string[] => {
    const { innerType, in: written, options = [] } = defOf(each);
    const title = each.meta()?.title;
    const inner = [innerType ?? written, ...options].filter((one) => one !== undefined);
    return [...(typeof title === "string" ? [title] : []), ...inner.flatMap(titles)];
  };
  return [...new Set(schemasAt(schema, path).flatMap(titles))];
};
