/** Helpers shared by the rules that check the parts of an experiment separately. */
import type { z } from "zod";
import type { DocumentPath, Issue } from "../document/issue.ts";
import { nearest } from "../document/suggestion.ts";
import { kindsIn } from "./build.ts";
import { meantBy } from "./synonyms.ts";

/** A part read alone, so that an error elsewhere hides no issue here; null when the part is not well formed. */
export const part = <S extends z.ZodType>(schema: S, raw: unknown): z.output<S> | null => {
  const read = schema.safeParse(raw, { jitless: true });
  return read.success ? read.data : null;
};

/**
 * Exactly one kind for a fault and one probe for an expectation; reported even where other keys of the entry are wrong.
 * `known`: the other keys of an entry, of which `start` is near to `restart`, and is no typing error.
 */
export const oneKind = (
  entry: unknown,
  kinds: object,
  noun: string,
  path: DocumentPath,
  known: readonly string[] = [],
): Issue[] => {
  const place = `${path.filter((part) => typeof part === "string").join(".")}.[]`;
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return [];
  const names = Object.keys(kinds);
  const given = kindsIn(entry, kinds);
  if (given.length === 1) return [];
  if (given.length > 1)
    return [
      {
        path: [...path, given[1]!],
        at: "key",
        message: `${given.join(" and ")} are given, but name exactly one ${noun}: ${names.join(", ")}`,
      },
    ];
  // A kind with a typing error, or under another tool's name, is told as an unknown key.
  const isTold = (key: string) => {
    const meant = meantBy(key, place);
    return meant === undefined
      ? nearest(key, names) !== undefined
      : meant.suggestion === undefined || names.includes(meant.suggestion);
  };
  const example = noun === "probe" ? "http: { to: gateway, path: /checkout }" : "latency: 2s";
  const message = `name exactly one ${noun}, such as \`${example}\`: ${names.join(", ")}`;
  const isTypo = (key: string) => !known.includes(key) && isTold(key);
  return Object.keys(entry).some(isTypo) ? [] : [{ path, message }];
};
