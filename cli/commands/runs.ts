/** `squall runs`: past runs of this machine or of a server, newest first. */
import { spellCount } from "../../experiments/model/text/words.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { paintOf } from "../../experiments/report/text.ts";
import { seconds } from "../../experiments/report/words.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import type { Command, Context } from "../context.ts";
import { usage } from "../exit.ts";
import { runLabelFilter } from "../files/labels.ts";
import { parseSpan, parseWhen } from "../files/when.ts";
import { plainMessage } from "../output.ts";
import { hereOf } from "../session/lookup.ts";
import { forgetRuns } from "../session/recent-runs.ts";
import { listRemote, type RunFilter } from "../session/remote.ts";
import { openTarget, type ServerOptions, targetOfFlags } from "../session/target.ts";
import { type Field, type FormOptions, formOf, labelText, roughly, show } from "../terminal/forms.ts";

export interface RunsOptions extends ServerOptions, FormOptions {
  readonly limit: number;
  readonly experiment?: string;
  readonly verdict?: NonNullable<RunFilter["verdict"]>;
  readonly schedule?: string;
  readonly label?: string;
  readonly since?: string;
  readonly until?: string;
  readonly prune?: string;
  readonly dryRun?: boolean;
}
type Row = RunSummary & { readonly folder?: string };

const filterOf = ({ clock }: Context, options: RunsOptions): RunFilter => {
  const { experiment, verdict, schedule, label, since, until } = options;
  if (label !== undefined) runLabelFilter(label);
  return {
    ...(experiment && { experiment }),
    ...(verdict && { verdict }),
    ...(schedule && { schedule }),
    ...(label && { label }),
    ...(since && { since: parseWhen("--since", since, clock.wallMs()) }),
    ...(until && { until: parseWhen("--until", until, clock.wallMs()) }),
  };
};
/** Filters as the server does, for runs of a server that is gone. */
export const matches = ({ experiment, verdict, schedule, label, since, until }: RunFilter) => {
  const isLabelled = label === undefined ? () => true : runLabelFilter(label);
  return (run: RunSummary): boolean => {
    const startedMs = Date.parse(run.startedAt);
    return (
      (experiment === undefined || run.experiment === experiment) &&
      (verdict === undefined || run.verdict === verdict) &&
      (schedule === undefined || run.schedule === schedule) &&
      isLabelled(run.labels) &&
      (since === undefined || startedMs >= Date.parse(since)) &&
      (until === undefined || startedMs < Date.parse(until))
    );
  };
};

const runsHere = async (context: Context, filter: RunFilter, limit: number): Promise<Row[]> => {
  const { newestRuns } = await import("../session/archive.ts");
  const isFiltered = Object.keys(filter).length > 0;
  const found = await newestRuns(hereOf(context), isFiltered ? Number.POSITIVE_INFINITY : limit);
  return found
    .filter(({ summary }) => matches(filter)(summary))
    .slice(0, limit)
    .map(({ place, summary }) => ({ ...summary, folder: place.folder }));
};

const shown = ({ state, verdict }: RunSummary): string =>
  state !== "finished" ? (state === "queued" ? "queued" : "running") : (verdict ?? "no verdict");
const FIELDS: readonly Field<Row>[] = [
  { title: "VERDICT", of: shown, paint: (run, paint) => paintOf(shown(run), paint) },
  { title: "RUN", of: ({ id }) => id },
  { title: "STARTED (UTC)", of: ({ startedAt }) => startedAt.replace("T", " ").slice(0, 16), givesWay: 2 },
  { title: "TOOK", of: ({ durationMs }) => seconds(durationMs), side: "right" },
  { title: "REASON", of: ({ state, reason }) => (state === "finished" ? reason : state), givesWay: 1 },
  { title: "STARTED BY", of: ({ schedule, startedBy }) => schedule ?? startedBy ?? "", wide: true },
  { title: "PRIORITY", of: ({ priority }) => String(priority), side: "right", wide: true },
  { title: "SEED", of: ({ seed }) => String(seed), side: "right", wide: true },
  { title: "LABELS", of: ({ labels }) => labelText(labels), wide: true },
  { title: "FILE", of: ({ file }) => file ?? "", wide: true },
];

/** Removed runs are printed, a line each: on stdout, so that the list can be counted and kept. */
const prune = async (context: Context, options: RunsOptions, given: string): Promise<number> => {
  const { output, clock } = context;
  if (options.server !== undefined || options.context !== undefined)
    throw usage("--prune is for this machine: a server takes old runs away by itself (`retention.runs`)");
  if (Object.keys(filterOf(context, options)).length > 0)
    throw usage("--prune takes away every run that is older, and no choice of them; leave the other options out");
  const { pruneHere } = await import("../session/prune.ts");
  const nowMs = clock.wallMs();
  const dryRun = options.dryRun === true;
  const pruned = await pruneHere(hereOf(context), { beforeMs: nowMs - parseSpan("--prune", given), dryRun });
  if (!dryRun) forgetRuns(context.home, new Set(pruned.runs.map(({ id }) => id)));
  const form = formOf(options);
  if (form === "json" || form === "yaml") {
    const document = { schemaVersion: 1, dryRun, runs: pruned.runs, folders: pruned.folders, kept: pruned.kept };
    await show(output, form, { rows: [], fields: [], document, none: "", nameOf: () => "" });
  } else
    for (const { id, verdict, startedAt } of pruned.runs)
      output.out(
        terminal(
          form === "name" ? id : `${id}  ${verdict ?? "no verdict"}  ${roughly(nowMs - Date.parse(startedAt))} ago`,
        ),
      );
  const kept = pruned.kept === 0 ? "" : `; ${spellCount(pruned.kept, "run")} under way or with claims left alone`;
  const folders = pruned.folders.length === 0 ? "" : ` and ${spellCount(pruned.folders.length, "folder")}`;
  output.err(
    plainMessage(
      `${spellCount(pruned.runs.length, "run")}${folders} older than ${given} ${dryRun ? "would be removed" : "removed"} below ${context.home}${kept}`,
    ),
  );
  return 0;
};

export const runs: Command<RunsOptions, []> = async (context, options) => {
  if (options.prune !== undefined) return prune(context, options, options.prune);
  if (options.dryRun === true) throw usage("--dry-run belongs to --prune");
  const filter = filterOf(context, options);
  const target = await targetOfFlags(context, options);
  const rows: readonly Row[] =
    target === null
      ? await runsHere(context, filter, options.limit)
      : await listRemote(openTarget(context, target), filter, options.limit);
  const where = target === null ? `below ${context.home}` : `on ${target.name}`;
  const none = Object.keys(filter).length > 0 ? `no such run ${where}` : `no run yet ${where}`;
  const list = rows.map((run) => ({ ...run, running: run.state !== "finished" }));
  const document = { schemaVersion: 1, runs: list };
  await show(context.output, formOf(options), { rows, fields: FIELDS, document, none, nameOf: ({ id }) => id });
  return 0;
};
