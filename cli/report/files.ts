/** Reports as files: --report, --junit, --markdown. */
import { mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { JournalRecord } from "../../experiments/model/journal.ts";
import type { RunReport } from "../../experiments/model/report.ts";
import { EXIT } from "../../experiments/model/verdict.ts";
import { json } from "../escape/json.ts";
import { PLAIN } from "../terminal/paint.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { textReport } from "./text.ts";

export interface Finished {
  readonly report: RunReport;
  /** Empty for what was never run. */
  readonly journal: readonly JournalRecord[];
}
const TEXT_WIDTH = 120;

/** A folder name and nothing else, whatever the names are. */
const plainName = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^\.+/, "")
    .slice(0, 120);
export const folderNameOf = ({ experiment, id }: RunReport): string =>
  plainName(id) || `${plainName(experiment) || "experiment"}-not-run`;

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

/** `DIR/<run>/`: journal.ndjson, report.json, report.md, report.txt. */
export const writeReportFolder = async (
  folder: string,
  { report, journal }: Finished,
  version: string,
): Promise<void> => {
  const below = join(folder, folderNameOf(report));
  const exitCode = report.verdict === null ? 0 : EXIT[report.verdict];
  const document = jsonReport([report], { version, exitCode, timelines: true });
  await put(join(below, "report.json"), `${document}\n`);
  await put(join(below, "report.md"), markdownReport([report]));
  await put(join(below, "report.txt"), `${textReport(report, { width: TEXT_WIDTH, paint: PLAIN })}\n`);
  if (journal.length > 0)
    await put(join(below, "journal.ndjson"), journal.map((record) => `${json(record)}\n`).join(""));
};

export const writeReports = async (
  finished: readonly Finished[],
  options: { readonly report?: string; readonly junit?: string; readonly markdown?: string; readonly version: string },
): Promise<void> => {
  const reports = finished.map(({ report }) => report);
  if (options.report !== undefined)
    for (const one of finished) await writeReportFolder(options.report, one, options.version);
  if (options.junit !== undefined) await put(options.junit, junitReport(reports, hostname()));
  if (options.markdown !== undefined) await put(options.markdown, markdownReport(reports));
};
