import { terminal } from "../../experiments/report/escape/terminal.ts";

const data = (text: string): string =>
  text.split("\n").map(terminal).join("\n").replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** A GitHub workflow command; every value is foreign text. */
export const workflowCommand = (
  command: "error" | "warning" | "notice",
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string => {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${command}${list.length === 0 ? "" : ` ${list.join(",")}`}::${data(message)}`;
};
