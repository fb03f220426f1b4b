/** Reads a record whose keys users chose: a guardrail may be called `constructor`, which every object inherits. */
export const ownProperty = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
