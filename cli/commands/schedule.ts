/** `squall schedule`: the runs that a server starts by itself. */
import type { DocumentName } from "../../experiments/model/names.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Api, ScheduleNext, ScheduleView } from "../../server/contract/index.ts";
import type { Command, Context } from "../context.ts";
import {
  checkNamespaces,
  inNamespace,
  type ListNamespaceOptions,
  type NamespaceOptions,
  namedDocument,
  nameFields,
} from "../files/namespace.ts";
import { allPages, type Client } from "../session/client.ts";
import { openServer, type ServerOptions } from "../session/target.ts";
import { type Field, type FormOptions, formOf, roughly, show, utc } from "../terminal/forms.ts";

type ListOptions = ServerOptions & FormOptions & ListNamespaceOptions;
type SteerOptions = ServerOptions & NamespaceOptions;
const listAll = (client: Client): Promise<ScheduleView[]> =>
  allPages(
    (cursor) => client.call("GET /api/v1/schedules", { query: { limit: 200, ...(cursor && { cursor }) } }),
    ({ schedules }) => schedules,
  );

const instantText = (text: string): string => utc(Date.parse(text));
const aheadText = ({ clock }: Context, text: string): string => {
  const ms = Date.parse(text) - clock.wallMs();
  return ms <= 0 ? "now" : `in ${roughly(ms)}`;
};
const firstOf = ({ next }: ScheduleView): ScheduleNext | undefined => next.find(({ skipped }) => skipped === null);
/** The reason why the schedule cannot start, or the time of the next start. */
const nextText = (context: Context, schedule: ScheduleView): string => {
  const { problem, paused } = schedule;
  if (problem !== null) return `cannot: ${problem}`;
  if (paused !== null) return `paused: ${paused.reason}`;
  const first = firstOf(schedule);
  return first === undefined ? "never" : aheadText(context, first.startAt);
};
const lastText = ({ last: [newest] }: ScheduleView): string =>
  newest === undefined ? "never" : `${instantText(newest.at)} ${newest.verdict ?? newest.outcome}`;

const fieldsOf = (context: Context, rows: readonly ScheduleView[]): readonly Field<ScheduleView>[] => [
  ...nameFields(rows, { title: "SCHEDULE", elastic: 2 }),
  { title: "CRON", of: ({ cron }) => cron },
  { title: "ZONE", of: ({ timeZone }) => timeZone },
  {
    title: "NEXT",
    of: (schedule) => nextText(context, schedule),
    elastic: 1,
    paint: ({ paused, problem }, paint) =>
      problem !== null ? paint.bad : paused !== null ? paint.warn : (text) => text,
  },
  { title: "LAST (UTC)", of: lastText, elastic: 1 },
  { title: "EXPERIMENT", of: ({ experiment }) => experiment, wide: true },
  { title: "LAST RUN", of: ({ last: [newest] }) => newest?.run ?? newest?.reason ?? "", wide: true },
  { title: "VERSION", of: ({ version }) => String(version), wide: true, side: "right" },
];

export const listSchedules: Command<ListOptions, []> = async (context, options) => {
  checkNamespaces(options, false);
  const { rows, elsewhere } = inNamespace(await listAll(await openServer(context, options)), options);
  const document = { schemaVersion: 1, schedules: rows };
  const none =
    elsewhere === ""
      ? "no schedule yet; `squall apply -f` makes one of a file of kind Schedule"
      : `no schedule${elsewhere}`;
  const listing = { rows, fields: fieldsOf(context, rows), document, none, nameOf: ({ name }: ScheduleView) => name };
  await show(context.output, formOf(options), listing);
  return 0;
};

type Due = ScheduleNext & { readonly schedule: string; readonly experiment: string };
const dueOf = ({ name, experiment, next }: ScheduleView): Due[] =>
  next.map((instant) => ({ ...instant, schedule: name, experiment }));

export const nextInstants: Command<ListOptions & { readonly limit: number }, [names: readonly string[]]> = async (
  context,
  options,
  names,
) => {
  checkNamespaces(options, names.length > 0);
  const wanted = names.map((name) => namedDocument(name, options));
  const client = await openServer(context, options);
  const read = (name: DocumentName) => client.call("GET /api/v1/schedules/:name", { params: { name } });
  const { rows: schedules, elsewhere } =
    names.length === 0
      ? inNamespace(await listAll(client), options)
      : { rows: await Promise.all(wanted.map(read)), elsewhere: "" };
  const rows = schedules
    .flatMap(dueOf)
    .sort((a, b) => Date.parse(a.startAt) - Date.parse(b.startAt))
    .slice(0, options.limit);
  const fields: readonly Field<Due>[] = [
    { title: "WHEN (UTC)", of: ({ startAt }) => instantText(startAt) },
    {
      title: "STARTS",
      of: ({ startAt, skipped }) => (skipped === null ? aheadText(context, startAt) : `not: ${skipped}`),
      paint: ({ skipped }, paint) => (skipped === null ? (text) => text : paint.warn),
    },
    { title: "SCHEDULE", of: ({ schedule }) => schedule, elastic: 1 },
    { title: "EXPERIMENT", of: ({ experiment }) => experiment, elastic: 1 },
  ];
  const none = `nothing is due${elsewhere}`;
  const document = { schemaVersion: 1, next: rows };
  await show(context.output, formOf(options), { rows, fields, document, none, nameOf: ({ schedule }) => schedule });
  return 0;
};

type Steering = "POST /api/v1/schedules/:name/pause" | "POST /api/v1/schedules/:name/resume";
const steer = async (
  context: Context,
  options: SteerOptions,
  names: readonly string[],
  ask: (client: Client, name: DocumentName) => Promise<Api[Steering]["reply"]>,
): Promise<number> => {
  const wanted = names.map((name) => namedDocument(name, options));
  const client = await openServer(context, options);
  for (const name of wanted) {
    const schedule = await ask(client, name);
    const first = firstOf(schedule);
    const state =
      schedule.paused !== null
        ? `paused: ${schedule.paused.reason}`
        : `resumed, next at ${first === undefined ? "no time" : `${instantText(first.startAt)} UTC`}`;
    context.output.out(terminal(`schedule/${name} ${state}`));
  }
  return 0;
};
export const pauseSchedules: Command<SteerOptions & { readonly reason?: string }, [names: readonly string[]]> = (
  context,
  options,
  names,
) =>
  steer(context, options, names, (client, name) => {
    const body = { reason: options.reason ?? "paused by an operator" };
    return client.call("POST /api/v1/schedules/:name/pause", { params: { name }, body });
  });
export const resumeSchedules: Command<SteerOptions, [names: readonly string[]]> = (context, options, names) =>
  steer(context, options, names, (client, name) =>
    client.call("POST /api/v1/schedules/:name/resume", { params: { name }, body: {} }),
  );

export const triggerSchedule: Command<SteerOptions, [name: string]> = async (context, options, given) => {
  const name = namedDocument(given, options);
  const client = await openServer(context, options);
  const { id } = await client.call("POST /api/v1/schedules/:name/trigger", { params: { name }, body: {} });
  context.output.out(terminal(id));
  return 0;
};
