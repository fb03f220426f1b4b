/**
 * A run's report as a file, in the form that the query names. A browser must save the answer, never show it: names in a
 * report come from files and services, and a page of this origin would act with the reader's session.
 */
import { REPORT_FORMATS } from "../../../experiments/model/report/format.ts";
import { reportFileName } from "../../../experiments/report/file-name.ts";
import { REPORT_WRITERS } from "../../../experiments/report/writers.ts";
import type { Handler } from "../context.ts";

export const downloadReport: Handler<"GET /api/v1/runs/:id/report"> = async (
  { controlPlane, version },
  { params, query: { format }, reply },
) => {
  const report = await controlPlane().runs.report(params.id);
  reply
    .type(`${REPORT_FORMATS[format].mediaType}; charset=utf-8`)
    .header("content-disposition", `attachment; filename="${reportFileName(report, format)}"`);
  // Paths stay as given to `squall run`: only that command knows where the repository begins.
  return REPORT_WRITERS[format]([report], { version, pathOf: (file) => file });
};
