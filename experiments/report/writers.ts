/** Every form of a report as a whole file: the command line and the server write the same bytes for the same runs. */

import type { ReportFormat } from "../model/report/format.ts";
import type { RunReport } from "../model/report/report.ts";
import { exitCodeOf } from "../model/verdict/exit-code.ts";
import { annotationsOf } from "./annotation.ts";
import { htmlReport } from "./html/page.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { type SarifOptions, sarifReport } from "./sarif.ts";

export interface WriteOptions extends SarifOptions {
  /** Machine on which the runs were started, for JUnit; absent: unknown. */
  readonly hostname?: string;
}
/** Writer of each report format; every report ends with a single line break. */
export const REPORT_WRITERS: {
  readonly [F in ReportFormat]: (runs: readonly RunReport[], options: WriteOptions) => string;
} = {
  json: (runs, { version }) => `${jsonReport(runs, { version, exitCode: exitCodeOf(runs), timelines: true })}\n`,
  markdown: (runs) => markdownReport(runs),
  html: (runs, { version }) => htmlReport(runs, version),
  junit: (runs, { hostname }) => junitReport(runs, hostname),
  sarif: (runs, options) => `${sarifReport(annotationsOf(runs), options)}\n`,
};
