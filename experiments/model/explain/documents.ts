/** Meshes, schedules and policies in plain sentences, each on a line; `experiment.ts` explains experiments. */

import { ANY_PORT, type Balance, type Edge, type Mesh } from "../mesh/mesh.ts";
import type { Selector } from "../mesh/selector.ts";
import type { Policy } from "../policy/policy.ts";
import type { Reaction, Schedule } from "../schedule/schedule.ts";
import { type Freeze, formatWindow, type LocalDate } from "../schedule/window.ts";
import { list } from "../text/words.ts";
import { sayDuration } from "../units/duration.ts";
import { formatShare } from "../units/share.ts";
import { sayLimits } from "./edge-limits.ts";
import { describeEdge, describeHowMany } from "./phrases.ts";

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
const ofDate = ({ year, month, day, minute }: LocalDate): string => {
  const pad = (number: number) => String(number).padStart(2, "0");
  const date = `${year === null ? "" : `${year}-`}${pad(month)}-${pad(day)}`;
  return minute === 0 || minute === 1_440 ? date : `${date} ${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
};
const ofFreeze = ({ from, to, reason }: Freeze): string =>
  `from ${ofDate(from)} to ${ofDate(to)}${from.year === null ? " each year" : ""} (${reason})`;

export const explainMesh = ({ name, directory, services, edges }: Mesh): string[] => {
  const started = services.filter(({ command }) => command !== null);
  const others = services.filter(({ command }) => command === null);
  const guarded = services.filter((service) => service.protected);
  const names = (some: readonly { readonly name: string }[]) => list(some.map((each) => each.name));
  return [
    `${name}: ${counted(services.length, "service")} and ${counted(edges.length, "edge")}.`,
    ...(started.length === 0
      ? []
      : [
          `${names(started)} ${started.length === 1 ? "is" : "are"} started by \`up\` and embedded runs${directory === null ? "" : `, in ${directory}`}.`,
        ]),
    ...(others.length === 0 ? [] : [`${names(others)} ${others.length === 1 ? "is" : "are"} run by somebody else.`]),
    ...(guarded.length === 0 ? [] : [`No fault may touch the edges of ${names(guarded)}.`]),
    ...edges.map((edge) => `${sayWay(edge)}.${sayBalance(edge.balance)}${sayLimits(edge.limits)}`),
  ];
};

const sayWay = ({ from, to, at, listen, protocol }: Edge): string => {
  const sees = `sees ${protocol === "http" ? "requests" : "bytes"}`;
  if (at === "callee")
    return `${from} calls ${to}, where the kernel redirects what arrives to the agent of ${to}, which ${sees}`;
  return listen === ANY_PORT
    ? `${from} calls ${to}, and the kernel redirects that to the agent of ${from} (\`--intercept\`), which ${sees}`
    : `${from} calls ${to} at ${listen}, where its agent listens and ${sees}`;
};
const sayBalance = (balance: Balance | undefined): string => {
  if (balance === undefined) return "";
  return balance === "turn" ? " Its connections go to each endpoint in turn." : " A client keeps to one endpoint.";
};

const REACTIONS: { readonly [D in Exclude<Reaction["do"], "retry">]: string } = {
  continue: "the schedule goes on",
  pause: "it pauses until somebody resumes it",
  "halt-all": "everything on the server is halted",
};
const ofReaction = (reaction: Reaction): string =>
  reaction.do === "retry"
    ? `it is started again ${sayDuration(reaction.waitMs)} later, ${counted(reaction.times, "time")} at most`
    : REACTIONS[reaction.do];
const MODES: { readonly [M in Schedule["mode"]]: string } = {
  full: "",
  baseline: " Only its baseline is measured: nothing is injected.",
  shadow: " Its faults match and count, and hit nothing.",
};

export const explainSchedule = (schedule: Schedule): string[] => {
  const { name, description, experiment, version, cron, timeZone, jitterMs, concurrency, startWithinMs } = schedule;
  const late = jitterMs === 0 ? "" : `, up to ${sayDuration(jitterMs)} later`;
  const seed = { experiment: "the seed that it names", fresh: "a fresh seed" }[String(schedule.seed)];
  return [
    description === "" ? `${name}.` : `${name}: ${description}`,
    `Starts ${experiment}${version === null ? ", its newest version," : ` version ${version}`} at "${cron}" (${timeZone})${late}, with ${seed ?? `the seed ${schedule.seed}`}.${MODES[schedule.mode]}`,
    concurrency === "forbid"
      ? "While its run before is not over, a start is skipped."
      : "While its run before is not over, the next one waits for it.",
    `A start that was missed is made up for within ${sayDuration(startWithinMs)}.`,
    ...(schedule.windows.length === 0 ? [] : [`It starts only ${list(schedule.windows.map(formatWindow))}.`]),
    ...schedule.freezes.map((freeze) => `It does not start ${ofFreeze(freeze)}.`),
    ...Object.entries(schedule.select).map(([service, { labels = {}, instances }]) => {
      const labelled = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const which = [instances === undefined ? "the instances" : describeHowMany(instances), `of ${service}`];
      const isOne = instances !== undefined && "count" in instances && instances.count === 1;
      return `Only ${which.join(" ")}${labelled.length === 0 ? "" : ` labelled ${list(labelled)}`} ${isOne ? "is" : "are"} struck.`;
    }),
    ...Object.entries(schedule.after).map(([verdict, reaction]) => `After ${verdict} ${ofReaction(reaction)}.`),
    ...(schedule.paused ? ["Warning: it is paused in its file and starts nothing."] : []),
  ];
};

const who = ({ who: bound }: Policy): string => {
  if (bound === null) return "everybody";
  const roles = bound.roles.length === 0 ? [] : [`the role ${either(bound.roles)}`];
  const tokens = bound.tokens.length === 0 ? [] : [`a token named ${either(bound.tokens)}`];
  return `whoever has ${[...roles, ...tokens].join(", or ")}`;
};
const places = ({ where }: Policy): string => {
  const anywhere = (selector: Selector) => selector === "*";
  if (where === null || where.some(({ from, to }) => anywhere(from) && anywhere(to))) return "on every edge";
  return `on ${list(where.map((edge) => describeEdge(edge)))}`;
};
export const explainPolicy = (policy: Policy): string[] => {
  const { name, description, allow, windows, freezes, timeZone } = policy;
  const kinds = allow?.faults ?? null;
  const allowed =
    allow === null
      ? []
      : kinds !== null && kinds.length === 0
        ? [`It allows no fault at all ${places(policy)}.`]
        : [
            `It allows ${kinds === null ? "every kind of fault" : list(kinds)} ${places(policy)}, on ${formatShare(allow.share)} of the requests at most; what another policy allows there is allowed too.`,
          ];
  return [
    description === "" ? `${name}.` : `${name}: ${description}`,
    `It binds ${who(policy)}.`,
    ...allowed,
    ...(policy.protected.length === 0
      ? []
      : [`No fault may touch an edge from or to ${either(policy.protected)}, whatever others allow.`]),
    ...(windows.length === 0
      ? []
      : [`Faults are live ${places(policy)} only ${either(windows.map(formatWindow))} (${timeZone}).`]),
    ...freezes.map(
      (freeze) => `Nothing is injected ${places(policy)} ${ofFreeze(freeze)}, ${timeZone}; what is live is halted.`,
    ),
  ];
};
