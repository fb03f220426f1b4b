/** Schemas that many routes share: names, times, pages. */
import { z } from "zod";
import { INSTANCE, INSTANCE_FORM, NAME } from "../../experiments/model/names.ts";
import { DEFAULT_NAMESPACE, DOCUMENT_NAME } from "../../experiments/model/notation/document-name.ts";

/** Pattern without NUL: PostgreSQL stores no NUL in a text, and no client means a NUL. */
const NO_NUL = /^[^\0]*$/;
export const text = (longest: number) =>
  z.string().min(1).max(longest).regex(NO_NUL, "must not contain a NUL character");

/** A DNS label: the form of `metadata.name` and of every service. */
export const name = z.string().regex(NAME, "must be a name: lower-case letters, digits and inner hyphens, at most 63");
/** Namespace of the document that the path names. */
export const namespace = name
  .default(DEFAULT_NAMESPACE)
  .describe("Namespace of the document that the path names; `default` where the request names none.");
export const inNamespace = { namespace } as const;
/** Filter of a list. */
export const namespaceAsked = name.optional().describe("Only documents of this namespace; of all where left out.");
/** Qualified name of a document. */
export const qualifiedName = z
  .string()
  .regex(DOCUMENT_NAME, "must be a name, or namespace/name, both of lower-case letters, digits and inner hyphens")
  .describe("The name, or `namespace/name` outside the namespace `default`.");

/** Instance name of an agent: the name of the agent's host or pod. */
export const instance = z.string().regex(INSTANCE, `must be a name of ${INSTANCE_FORM}`).brand<"Instance">();
/** ISO 8601 with an offset: `2026-01-31T09:00:00Z`. */
export const instant = z.iso.datetime({ offset: true });
/** Largest number that PostgreSQL counts in 32 bits. */
const MOST = 2 ** 31 - 1;
export const version = z.int().min(1).max(MOST);
/** Pattern of digits only: `Number` would take "", " 7", "0x10" and "1e3" as well. */
const WHOLE = /^(0|[1-9]\d{0,9})$/;
/** A whole number in a query. */
export const whole = (least: number, most: number): z.ZodType<number, number> =>
  z.preprocess(
    (value) => (typeof value === "string" && WHOLE.test(value) ? Number(value) : value),
    z.int("must be a whole number").min(least).max(most),
  ) as unknown as z.ZodType<number, number>;
export const versionAsked = whole(1, MOST);
/** A record's sequence number, or 0 for the place before the first. */
export const sequenceAsked = whole(0, MOST);
export const LONGEST_REASON = 500;
export const reason = text(LONGEST_REASON);
export const labels = z.record(text(63), z.string().max(255).regex(NO_NUL)).meta({ id: "Labels" });

export const role = z.enum(["viewer", "operator", "admin", "agent", "join"]).meta({ id: "Role" });

export const MOST_AT_ONCE = 200;
/** Page of a list, newest first by default; `cursor` is the `next` of the page before. */
export const page = z.strictObject({
  limit: whole(1, MOST_AT_ONCE).default(50).describe("Most entries of a page."),
  cursor: text(500).optional().describe("The `next` of the page before."),
});
export const next = z.string().nullable().describe("The `cursor` of the next page; null: this was the last.");
const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false };
/** A switch in a query: `true` or `false`, and off if left out. */
export const flag = z.preprocess(
  (value) => (typeof value === "string" && Object.hasOwn(FLAGS, value) ? FLAGS[value] : value),
  z.boolean("must be true or false"),
) as unknown as z.ZodType<boolean, boolean>;
export const mode = z.enum(["full", "baseline", "shadow"]).meta({ id: "Mode" });
