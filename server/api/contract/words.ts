/** What many routes share: names, times, pages. */
import { z } from "zod";
import { INSTANCE, INSTANCE_FORM, NAME } from "../../../experiments/model/names.ts";

/** PostgreSQL keeps no NUL in a text, and nobody means one. */
const NO_NUL = /^[^\0]*$/;
export const text = (longest: number) =>
  z.string().min(1).max(longest).regex(NO_NUL, "must not contain a NUL character");

/** A DNS label: what `metadata.name` and every service must look like. */
export const name = z.string().regex(NAME, "must be a name: lower-case letters, digits and inner hyphens, at most 63");
/** What an agent is called: the name of its host or pod. */
export const instance = z.string().regex(INSTANCE, `must be a name of ${INSTANCE_FORM}`);
/** ISO 8601 with an offset: `2026-01-31T09:00:00Z`. */
export const instant = z.iso.datetime({ offset: true });
/** PostgreSQL counts in 32 bits. */
const MOST = 2 ** 31 - 1;
export const version = z.int().min(1).max(MOST);
export const versionAsked = z.coerce.number<number>().int().min(1).max(MOST);
/** A record's number, or 0 for before the first. */
export const sequenceAsked = z.coerce.number<number>().int().min(0).max(MOST);
export const LONGEST_REASON = 500;
export const reason = text(LONGEST_REASON);
export const labels = z.record(text(63), z.string().max(255).regex(NO_NUL));

export const MOST_AT_ONCE = 200;
/** Lists come in pages, newest first unless said otherwise; `cursor` is the `next` of the page before. */
export const page = z.strictObject({
  limit: z.coerce.number<number>().int().min(1).max(MOST_AT_ONCE).default(50),
  cursor: text(500).optional(),
});
/** null: this was the last page. */
export const next = z.string().nullable();
export const flag = z.enum(["true", "false"]).default("false");
