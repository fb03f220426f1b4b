/** `squall wait`: until runs are over, in silence. */

import type { RunReport } from "../../experiments/model/report/report.ts";
import { exitCodeOf } from "../../experiments/model/verdict/exit-code.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { jsonReport } from "../../experiments/report/json.ts";
import { firstLine, headlineOf } from "../../experiments/report/words.ts";
import type { Command, Context } from "../context.ts";
import { type FoundRun, lookUp } from "../session/lookup.ts";
import type { ServerOptions } from "../session/target.ts";

export interface WaitOptions extends ServerOptions {
  readonly json?: boolean;
}
const ended = async ({ output }: Context, { id, client, record }: FoundRun): Promise<RunReport> => {
  if (client !== null) for await (const _record of client.records(id, { looksOn: true }));
  const { report } = await record();
  output.err(terminal(`${headlineOf(report)} ${report.experiment} ${id}: ${firstLine(report.reason)}`));
  return report;
};

export const wait: Command<WaitOptions, [runs: readonly string[]]> = async (context, options, wanted) => {
  const found = new Map<string, FoundRun>();
  // All runs are found before the first wait: a typing error should not be reported hours later.
  for (const one of wanted) {
    const run = await lookUp(context, options, one);
    found.set(run.id, run);
  }
  const reports = await Promise.all([...found.values()].map((run) => ended(context, run)));
  const exitCode = exitCodeOf(reports);
  if (options.json === true) context.output.out(jsonReport(reports, { version: context.version, exitCode }));
  return exitCode;
};
