/** Reads a record whose keys users chose: a guardrail may be called `constructor`, which every object inherits. */
export const ownProperty = <K extends string, T>(
  record: Readonly<Partial<Record<K, T>>>,
  key: NoInfer<K>,
): T | undefined => (Object.hasOwn(record, key) ? record[key] : undefined);
/** Keys and entries by the record's own type of key: `Object.keys` would make an id a plain string. */
export const ownKeys = <R extends object>(record: R) => Object.keys(record) as (keyof R)[];
export const ownEntries = <R extends object>(record: R) => Object.entries(record) as [keyof R, R[keyof R]][];
