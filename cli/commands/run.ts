/** `squall run`: experiments on real traffic, to verdicts. */

import type { Mode } from "../../experiments/model/plan.ts";
import type { Command, Context } from "../context.ts";
import { json } from "../escape/json.ts";
import { terminal } from "../escape/terminal.ts";
import { unreachable, usage } from "../exit.ts";
import type { LoadedMesh } from "../files/load.ts";
import { openProgress } from "../live/progress.ts";
import { plainMessage } from "../output.ts";
import { writeReportFolder } from "../report/files.ts";
import { textReport } from "../report/text.ts";
import { firstLine, headlineOf } from "../report/words.ts";
import { connect as dial } from "../session/client.ts";
import { listenForSignals } from "../session/interruption.ts";
import { openSession, type Session } from "../session/open.ts";
import { type Outcome, runSuite } from "../session/suite.ts";
import { concludeRuns, refuseFiles } from "./conclusion.ts";
import { type FileOptions, readExperiments } from "./options.ts";

export interface RunOptions extends FileOptions {
  readonly seed?: number;
  readonly repeat?: number;
  readonly only?: "baseline";
  readonly shadow?: boolean;
  readonly json?: boolean;
  readonly events?: boolean;
  readonly report?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly quiet?: boolean;
  readonly server?: string;
}

const modeOf = ({ only, shadow = false }: RunOptions): Mode => {
  if (only !== undefined && shadow) throw usage("--only baseline and --shadow exclude each other");
  return only ?? (shadow ? "shadow" : "full");
};

/** A server that runs already; its mesh is the one that counts. */
const serverOf = async (context: Context, url: string): Promise<{ session: Session; mesh: LoadedMesh }> => {
  const token = context.environment.SQUALL_TOKEN;
  if (!token) throw usage("--server needs the server's token in the environment, as SQUALL_TOKEN");
  const client = dial(url.replace(/\/+$/, ""), token, context.clock.sleep);
  const { mesh } = await client.call("GET /api/v1/mesh", {});
  if (mesh === null) throw unreachable(`the server at ${url} watches no mesh`);
  const loaded = { file: url, mesh, digest: url, secrets: [] };
  const record = { url, token, folder: "", mesh: mesh.name, digest: null, pid: 0, start: "", boot: "" };
  return { session: { client, record, shared: true, async close() {} }, mesh: loaded };
};

/** The report of one run, as soon as it is there: to stdout, unless data goes there. */
const tell = ({ output }: Context, options: RunOptions, { report }: Outcome): void => {
  if (options.quiet === true) {
    output.err(terminal(`${headlineOf(report)} ${report.experiment}: ${firstLine(report.reason)}`));
    return;
  }
  const toStdout = options.json !== true && options.events !== true;
  const text = textReport(report, { width: output.width(), paint: toStdout ? output.outPaint : output.paint });
  if (toStdout) output.out(`\n${text}\n`);
  else output.err(`\n${text}\n`);
};

export const run: Command<RunOptions, [files: readonly string[]]> = async (context, options, files) => {
  const { output, clock, home, version } = context;
  if (options.json === true && options.events === true)
    throw usage("--json and --events both write to stdout; choose one (--report keeps the journal too)");
  const mode = modeOf(options);
  const server = options.server === undefined ? null : await serverOf(context, options.server);
  const reading = await readExperiments(context, files, options, server?.mesh);
  if (reading.failed.length > 0) return refuseFiles(context, options, reading, mode);

  const say = (line: string) => output.err(plainMessage(line));
  const interruption = listenForSignals(say);
  try {
    const { outcomes, fatal, closed } = await runSuite(reading.loaded, {
      ...{ mode, clock, interruption, seed: options.seed ?? null, repeat: options.repeat ?? 1 },
      open: async (mesh) => {
        if (server !== null) return server.session;
        if (options.quiet !== true) say(`mesh ${mesh.mesh.name} (${mesh.file})`);
        return openSession({ home, clock, mesh, say, allowExec: options.allowExec === true });
      },
      progress: (which) => openProgress(output, clock, { which, quiet: options.quiet === true }),
      onEvent: (id, record) => {
        if (options.events === true) output.out(json({ run: id, ...record }));
      },
      async onOutcome(outcome) {
        // At once, so that a later run that goes wrong takes nothing with it.
        if (options.report !== undefined) await writeReportFolder(options.report, outcome, version);
        tell(context, options, outcome);
      },
    });
    const exitCode = await concludeRuns(context, options, outcomes);
    await closed;
    if (fatal !== null) throw fatal;
    return exitCode;
  } finally {
    interruption.close();
  }
};
