/** `squall report`: one run, in any form. */
import type { RunReport } from "../../experiments/model/report.ts";
import type { Command, Context } from "../context.ts";
import { layoutOf } from "../output.ts";
import { WRITERS } from "../report/files.ts";
import { repositoryOf } from "../report/github.ts";
import { jsonReport } from "../report/json.ts";
import type { ReportFile } from "../report/targets.ts";
import { textReport } from "../report/text.ts";
import { lookUp } from "../session/lookup.ts";
import type { ServerOptions } from "../session/target.ts";
import { exitCodeOf } from "./conclusion.ts";

type Format = "text" | "json" | ReportFile;
export interface ReportOptions extends ServerOptions {
  readonly format: Format;
}
const inForm = (run: RunReport, format: Format, { output, version, cwd, environment }: Context): string => {
  if (format === "text") return textReport(run, layoutOf(output, "out"));
  if (format === "json") return jsonReport([run], { version, exitCode: exitCodeOf([run]), timelines: true });
  return WRITERS[format]([run], { version, cwd, root: repositoryOf(cwd, environment) }).trimEnd();
};

export const report: Command<ReportOptions, [run: string]> = async (context, options, run) => {
  const found = await lookUp(context, options, run);
  context.output.out(inForm((await found.record()).report, options.format, context));
  return 0;
};
