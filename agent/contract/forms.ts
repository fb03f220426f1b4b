/** Forms of the texts that have one, each with the words of a problem. Free of zod, because the agent loads this file. */
import { INSTANCE, INSTANCE_FORM, NAME } from "../../experiments/model/names.ts";

/** Text of a label. */
export const PRINTABLE = /^[^\p{C}]*$/u;
export const BOOT = /^[A-Za-z0-9-]{1,64}$/;
/** Share by a header: `header:` and the header's name. */
export const HEADER_KEY = /^header:[\s\S]/;

/** Words of each form, by the source of the regular expression. */
export const FORMS: ReadonlyMap<unknown, string> = new Map([
  [INSTANCE.source, `a name of ${INSTANCE_FORM}`],
  [NAME.source, "a service's name, a DNS label"],
  [PRINTABLE.source, "text without control characters"],
  [BOOT.source, "64 letters, digits and hyphens at most"],
  [HEADER_KEY.source, "header:<name>"],
]);
