/** Parts of an experiment in words, for `explain` and reports. */

import type { Share } from "../faults/share.ts";
import type { Match, Pattern } from "../match/match.ts";
import type { CallerSelector, EdgeSelector, HowMany, Labels, Selector } from "../mesh/selector.ts";
import type { Criteria, StatusRange } from "../sample/criteria.ts";
import { list } from "../text/words.ts";
import { formatComparison } from "../units/comparison.ts";
import { formatDuration } from "../units/duration.ts";
import { formatShare } from "../units/share.ts";

const inPattern = (pattern: Pattern): string => {
  if (typeof pattern === "string") return pattern;
  return "absent" in pattern ? "absent" : `/${pattern.regex}/`;
};
const inStatus = ({ least, most }: StatusRange): string => {
  if (least === most) return `${least}`;
  if (least % 100 === 0 && most === least + 99) return `${least / 100}xx`;
  return least === 100 ? `<${most + 1}` : most === 599 ? `>=${least}` : `${least}–${most}`;
};
const inNode = (node: NonNullable<Criteria["json"]>[string]): string => {
  if (typeof node !== "object" || node === null) return String(node);
  return "operator" in node ? formatComparison(node) : inPattern(node);
};
const pairs = <T>(map: Readonly<Record<string, T>> | undefined, say: (value: T) => string): string[] =>
  Object.entries(map ?? {}).map(([key, value]) => `${key} ${say(value)}`);

/** `status 2xx, within 500ms`. */
export const describeCriteria = (good: Criteria): string => {
  const { status, withinMs, value, body, json, headers, connectMs, end, exit } = good;
  return [
    ...(status === undefined ? [] : [`status ${status.map(inStatus).join(" or ")}`]),
    ...(value === undefined ? [] : [`value ${formatComparison(value)}`]),
    ...(exit === undefined ? [] : [`exit code ${exit}`]),
    ...(body === undefined ? [] : [`body ${inPattern(body)}`]),
    ...pairs(json, inNode),
    ...pairs(headers, inPattern),
    ...(connectMs === undefined ? [] : [`connected within ${formatDuration(connectMs)}`]),
    ...(end === undefined ? [] : ["a clean end"]),
    ...(withinMs === undefined ? [] : [`within ${formatDuration(withinMs)}`]),
  ].join(", ");
};

/** `method POST, path /charge, not path /healthz*`; empty for all requests. */
export const describeMatch = (match: Match | null): string => {
  const { method, path, host, query, headers, baggage, not } = match ?? {};
  const said = [
    ...pairs({ method, path, host }, (pattern) => (pattern === undefined ? "" : inPattern(pattern))).filter(
      (words) => !words.endsWith(" "),
    ),
    ...pairs(query, inPattern).map((words) => `query ${words}`),
    ...pairs(baggage, inPattern).map((words) => `baggage ${words}`),
    ...pairs(headers, inPattern).map((words) => `header ${words}`),
  ];
  const unwanted = not === undefined ? "" : describeMatch(not);
  return [...said, ...(unwanted === "" ? [] : [`not ${unwanted}`])].join(", ");
};

const inLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
const inName = (name: string): string => (name === "*" ? "anything" : name);
const inSelector = (selector: Selector): string =>
  typeof selector === "string" ? inName(selector) : inLabels(selector.labels);
/** `2 instances`, `50% of the instances`. */
export const describeHowMany = (wanted: HowMany): string => {
  if ("share" in wanted) return `${formatShare(wanted.share)} of the instances`;
  return `${wanted.count} ${wanted.count === 1 ? "instance" : "instances"}`;
};
const inCaller = (selector: CallerSelector): string => {
  if (typeof selector === "string") return inName(selector);
  const { service, labels = {}, instances } = selector;
  const who = [service ?? "", inLabels(labels)].filter((part) => part !== "").join(" ");
  const named = who === "" ? "anything" : who;
  return instances === undefined ? named : `${describeHowMany(instances)} of ${named}`;
};
/** `checkout → payments`, `50% of the instances of checkout → payments`, `checkout → payments (at callee)`. */
export const describeEdge = ({ from, to, at }: EdgeSelector): string =>
  `${inCaller(from)} → ${inSelector(to)}${at === undefined ? "" : " (at callee)"}`;

/** `POST /charge`, `requests with method POST, header x-tenant acme`, or just the unit where all are matched. */
export const describeRequests = (match: Match | null, unit: "requests" | "connections"): string => {
  const { method, path, ...rest } = match ?? {};
  const isPlain = Object.values(rest).every((value) => value === undefined);
  if (match === null || Object.keys(match).length === 0) return unit;
  if (!isPlain || [method, path].some((pattern) => pattern !== undefined && typeof pattern !== "string"))
    return `${unit} with ${describeMatch(match)}`;
  return [method, path].filter((pattern) => pattern !== undefined).join(" ") + (path === undefined ? ` ${unit}` : "");
};

/** `20% by header:x-tenant`; empty for a share of 100%. */
export const describeShare = ({ steps, eachMs, by }: Share): string => {
  if (steps.length === 1 && steps[0] === 1) return "";
  const drawn = by === "request" ? "" : ` by ${by}`;
  if (steps.length === 1) return `${formatShare(steps[0]!)}${drawn}`;
  return `${list(steps.map(formatShare))}${drawn}, ${formatDuration(eachMs)} each`;
};
