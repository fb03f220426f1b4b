/** Reader of an answer that is an error, for every client: the command line and the dashboard. Pure. */
import type { ErrorBody } from "../contract/index.ts";

const LONGEST_SHOWN = 200;
/** Start of an answer that is not the API's; a page of HTML, as proxies send, tells a reader nothing. */
const beginningOf = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" || line.startsWith("<") ? "" : `: ${line.slice(0, LONGEST_SHOWN)}`;
};
const parse = (text: string): Partial<ErrorBody> => {
  try {
    return Object(JSON.parse(text)) as Partial<ErrorBody>;
  } catch {
    return {};
  }
};

/**
 * Reads the body of an answer that is neither 2xx nor 304.
 * @returns the error; `code` is "" where the responder was no Squall server, such as a proxy before a dead one.
 */
export const readErrorBody = (status: number, text: string): ErrorBody => {
  const { code, message, details } = parse(text);
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" && message !== "" ? message : `HTTP ${status}${beginningOf(text)}`,
    details: Array.isArray(details) ? details : [],
  };
};
