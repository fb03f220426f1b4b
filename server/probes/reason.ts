/** The last step of every reason on its way to the record: secrets out first, then the cut. */
import { redactedHead } from "../../experiments/model/redact.ts";

/** SAFETY.md 5: what is captured of an answer is at most 1 KiB. */
const LONGEST_REASON = 1_024;

export const reasonOf = (why: string, secrets: readonly string[]): string => redactedHead(why, secrets, LONGEST_REASON);
