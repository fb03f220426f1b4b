/** `squall run`: experiments on real traffic, to verdicts. */
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { RunMode } from "../../experiments/model/plan/plan.ts";
import { json } from "../../experiments/report/escape/json.ts";
import { textReport } from "../../experiments/report/text.ts";
import { firstLine, headlineOf } from "../../experiments/report/words.ts";
import type { Command, Context } from "../context.ts";
import { usage } from "../exit.ts";
import { labelFilter } from "../files/labels.ts";
import type { LoadResult } from "../files/load.ts";
import { readSelect } from "../files/select.ts";
import { openProgress } from "../live/progress.ts";
import { layoutOf, openStdout, plainMessage, tellLost } from "../output.ts";
import { tryReportFolder } from "../report/files.ts";
import { openTargets } from "../report/targets.ts";
import { listenForSignals } from "../session/interruption.ts";
import { rememberRun } from "../session/recent-runs.ts";
import { readStored, splitNames } from "../session/stored-experiments.ts";
import { type Outcome, runSuite, type Start, type Startable } from "../session/suite.ts";
import { openTarget, targetOfFlags } from "../session/target.ts";
import { concludeRuns, refuseFiles } from "./conclusion.ts";
import { detach } from "./detach.ts";
import { type FileOptions, meshOfServer, readExperiments, type ServerSession } from "./options.ts";
import type { RunOptions } from "./run-options.ts";

const modeOf = ({ only, shadow = false }: RunOptions): RunMode => {
  if (only !== undefined && shadow) throw usage("--only baseline and --shadow exclude each other");
  return only ?? (shadow ? "shadow" : "full");
};

const startOf = (options: RunOptions): Start => {
  const key = options.idempotencyKey ?? randomUUID();
  return {
    ...{ mode: modeOf(options), seed: options.seed ?? null, select: readSelect(options.select ?? []) },
    ...{ static: options.static === true, strict: options.strict === true },
    ...{ priority: options.priority ?? 0, keyOf: (nth) => `${key}/${nth}` },
  };
};

/** A server that runs already; the server's mesh is the mesh that counts. */
const serverOf = async (context: Context, options: RunOptions): Promise<ServerSession | null> => {
  const target = await targetOfFlags(context, options);
  if (target === null) return null;
  if (options.mesh !== undefined)
    throw usage("--mesh is of no use with a server: the mesh that it watches is the one that counts");
  const client = openTarget(context, target);
  return { client, mesh: await meshOfServer(client, target.name) };
};

/** The server decides which commands a `process` probe may run there. */
const readingOf = (options: RunOptions, server: ServerSession | null): FileOptions =>
  server === null ? options : { ...options, allowExec: true };

interface Everything {
  readonly reading: LoadResult;
  readonly stored: readonly Startable[];
}
const NO_FILES: LoadResult = { loaded: [], failed: [], problems: [], foreign: [] };
/** Experiments of files, and by name those that the server holds. */
const readAll = async (
  context: Context,
  given: readonly string[],
  options: RunOptions,
  server: ServerSession | null,
): Promise<Everything> => {
  const reading = (files: readonly string[]) =>
    readExperiments(context, files, readingOf(options, server), server?.mesh);
  if (server === null && options.namespace !== undefined)
    throw usage(
      "--namespace chooses among the experiments that a server holds: name the server by --server or --context",
    );
  if (server === null) return { reading: await reading(given), stored: [] };
  const { names, files } = splitNames(given, context.cwd, options);
  if (names.length === 0) return { reading: await reading(files), stored: [] };
  const wanted = labelFilter(options.label ?? []);
  const stored = (await readStored(server.client, server.mesh, names, options)).filter(({ labels }) => wanted(labels));
  if (stored.length === 0 && files.length === 0)
    throw usage(`none of ${names.join(", ")} has the labels ${options.label?.join(", ")}`);
  return { reading: files.length === 0 ? NO_FILES : await reading(files), stored };
};

/** Prints the report of a run as soon as the report exists: to stdout, unless data goes there. */
const tell = ({ output }: Context, options: RunOptions, { report }: Outcome): void => {
  if (options.quiet === true) {
    // A service that ended explains the cause in the log, the end of which is part of the reason.
    const reason = report.because === "mesh" ? report.reason : firstLine(report.reason);
    output.err(plainMessage(`${headlineOf(report)} ${report.experiment}: ${reason}`));
    return;
  }
  const toStdout = options.json !== true && options.events !== true;
  const text = textReport(report, layoutOf(output, toStdout ? "out" : "err"));
  if (toStdout) output.out(`\n${text}\n`);
  else output.err(`\n${text}\n`);
};

export const run: Command<RunOptions, [files: readonly string[]]> = async (context, options, files) => {
  const { output, clock, version } = context;
  if (options.json === true && options.events === true)
    throw usage("--json and --events both write to stdout; choose one (--report keeps the journal too)");
  const start = startOf(options);
  await openTargets(options, context.cwd);
  if (options.json === true || options.events === true) openStdout();
  const server = await serverOf(context, options);
  if (options.detach === true && server === null)
    throw usage("--detach needs a server, by --server or --context: one of our own would end with this command");
  const { reading, stored } = await readAll(context, files, options, server);
  if (reading.failed.length > 0) return refuseFiles(context, options, reading, start.mode);
  const all = [...reading.loaded, ...stored];
  if (options.detach === true) return detach(context, options, server!.client, all, start);

  const say = (line: string) => output.err(plainMessage(line));
  const interruption = listenForSignals(context, say);
  try {
    const { outcomes, fatal, closed } = await runSuite(all, {
      ...{ start, clock, interruption, repeat: options.repeat ?? 1, failFast: options.failFast === true },
      open: async (mesh) => {
        if (server !== null) return { client: server.client, close: async () => {} };
        if (options.quiet !== true) say(`mesh ${mesh.mesh.name} (${mesh.file})`);
        // Loaded only here: a run on a server needs no server of our own.
        const { openSession } = await import("../session/open.ts");
        const { home } = context;
        return openSession({ home, clock, mesh, version, say, allowExec: options.allowExec === true, kind: "run" });
      },
      progress: (which, mesh) => openProgress(output, clock, { which, mesh, quiet: options.quiet === true }),
      onEvent: (id, record) => {
        if (record.sequence === 1) rememberRun(context, id);
        if (options.events === true) output.out(json({ run: id, ...record }));
      },
      async onOutcome(outcome) {
        // Written at once, so that a failure of a later run does not lose this report.
        if (options.report !== undefined)
          for (const failure of await tryReportFolder(resolve(context.cwd, options.report), outcome, version))
            say(failure);
        tell(context, options, outcome);
      },
    });
    const exitCode = await concludeRuns(context, options, outcomes);
    await closed;
    // The verdict's exit code stays, even if the printed output was lost.
    await tellLost(output);
    if (fatal !== null) throw fatal;
    return exitCode;
  } finally {
    interruption.close();
  }
};
