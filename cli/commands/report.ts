/** `squall report`: one run, in any form. */
import { hostname } from "node:os";
import type { RunReport } from "../../experiments/model/report.ts";
import type { Command, Context } from "../context.ts";
import { plainMessage } from "../output.ts";
import { jsonReport } from "../report/json.ts";
import { junitReport } from "../report/junit.ts";
import { markdownReport } from "../report/markdown.ts";
import { textReport } from "../report/text.ts";
import { findRun, recordOf } from "../session/archive.ts";
import { exitCodeOf } from "./conclusion.ts";

type Format = "text" | "json" | "markdown" | "junit";
export interface ReportOptions {
  readonly format: Format;
}
const FORMS: { readonly [F in Format]: (run: RunReport, context: Context) => string } = {
  text: (run, { output }) => textReport(run, { width: output.width(), paint: output.outPaint }),
  json: (run, { version }) => jsonReport([run], { version, exitCode: exitCodeOf([run]), timelines: true }),
  markdown: (run) => markdownReport([run]).trimEnd(),
  junit: (run) => junitReport([run], hostname()).trimEnd(),
};

export const report: Command<ReportOptions, [run: string]> = async (context, { format }, run) => {
  const log = (line: string) => context.output.err(plainMessage(line));
  const found = await findRun(context.home, run, log);
  context.output.out(FORMS[format]((await recordOf(found, log)).report, context));
  return 0;
};
