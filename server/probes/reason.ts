/** Reason on the way to the record: secrets are redacted first, then the text is cut. */
import { redactedHead } from "../../experiments/model/secrets/redact.ts";

/** SAFETY.md 5: the captured part of an answer is at most 1 KiB. */
const LONGEST_REASON = 1_024;

export const reasonOf = (why: string, secrets: readonly string[]): string => redactedHead(why, secrets, LONGEST_REASON);
