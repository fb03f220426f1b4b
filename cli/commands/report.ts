/** `squall report`: a single run, in any form. */

import type { ReportFormat } from "../../experiments/model/report/format.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { textReport } from "../../experiments/report/text.ts";
import { REPORT_WRITERS } from "../../experiments/report/writers.ts";
import type { Command, Context } from "../context.ts";
import { layoutOf } from "../output.ts";
import { repositoryPathIn } from "../report/github.ts";
import { lookUp } from "../session/lookup.ts";
import type { ServerOptions } from "../session/target.ts";

type Format = "text" | ReportFormat;
export interface ReportOptions extends ServerOptions {
  readonly format: Format;
}
const inForm = (run: RunReport, format: Format, context: Context): string => {
  const { output, version } = context;
  if (format === "text") return textReport(run, layoutOf(output, "out"));
  // The output adds the last line break.
  return REPORT_WRITERS[format]([run], { version, pathOf: repositoryPathIn(context) }).trimEnd();
};

export const report: Command<ReportOptions, [run: string]> = async (context, options, run) => {
  const found = await lookUp(context, options, run);
  context.output.out(inForm((await found.record()).report, options.format, context));
  return 0;
};
