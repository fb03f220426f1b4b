/** `squall report`: one run, in any form. */
import { hostname } from "node:os";
import type { RunReport } from "../../experiments/model/report.ts";
import type { Command, Context } from "../context.ts";
import { jsonReport } from "../report/json.ts";
import { junitReport } from "../report/junit.ts";
import { markdownReport } from "../report/markdown.ts";
import { textReport } from "../report/text.ts";
import { lookUp } from "../session/lookup.ts";
import type { ServerOptions } from "../session/target.ts";
import { exitCodeOf } from "./conclusion.ts";

type Format = "text" | "json" | "markdown" | "junit";
export interface ReportOptions extends ServerOptions {
  readonly format: Format;
}
const FORMS: { readonly [F in Format]: (run: RunReport, context: Context) => string } = {
  text: (run, { output }) => textReport(run, { width: output.width(), paint: output.outPaint }),
  json: (run, { version }) => jsonReport([run], { version, exitCode: exitCodeOf([run]), timelines: true }),
  markdown: (run) => markdownReport([run]).trimEnd(),
  junit: (run) => junitReport([run], hostname()).trimEnd(),
};

export const report: Command<ReportOptions, [run: string]> = async (context, options, run) => {
  const found = await lookUp(context, options, run);
  context.output.out(FORMS[options.format]((await found.record()).report, context));
  return 0;
};
