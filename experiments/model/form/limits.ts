/** Limits on data that comes without a file: the same as for YAML, so that neither door is wider. */
import { DEEPEST, REFUSED_KEYS, refusedKey } from "../document-nodes.ts";
import type { Issue, Path } from "../problem.ts";

/** Every reason not to look any closer at a value. */
export const withinLimits = (value: unknown, path: Path = []): Issue[] => {
  if (typeof value !== "object" || value === null) return [];
  if (path.length >= DEEPEST) return [{ path, message: `nested deeper than ${DEEPEST} levels` }];
  if (Array.isArray(value)) return value.flatMap((item, i) => withinLimits(item, [...path, i]));
  return Object.entries(value).flatMap(([key, item]) =>
    REFUSED_KEYS.includes(key)
      ? [{ path: [...path, key], at: "key" as const, message: refusedKey(key) }]
      : withinLimits(item, [...path, key]),
  );
};
