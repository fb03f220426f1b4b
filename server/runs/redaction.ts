/** Redaction of secrets by value, before a record is made (SAFETY.md 5). */
import { redact } from "../../experiments/model/secrets/redact.ts";

/**
 * Keys whose values are words of our own, never a user's text. A secret equal to such a word ("http") must not make the
 * record unreadable, and the word gives no secret away there.
 */
const OURS = new Set(
  "kind type do mode phase outcome unit protocol style by how grade because verdict callers onBroken blind operator of at run id boot instance hash head".split(
    " ",
  ),
);

const walk = (value: unknown, secrets: readonly string[]): unknown => {
  if (typeof value === "string") return redact(value, secrets);
  if (Array.isArray(value)) return value.map((item) => walk(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      OURS.has(key) && typeof item === "string" ? [key, item] : [key, walk(item, secrets)],
    ),
  );
};
export const withoutSecrets = <T>(value: T, secrets: readonly string[]): T =>
  secrets.length === 0 ? value : (walk(value, secrets) as T);
