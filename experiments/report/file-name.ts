/** File names made of foreign names: without a path, a quote or a character that a shell or a header interprets. */

import { REPORT_FORMATS, type ReportFormat } from "../model/report/format.ts";
import type { RunReport } from "../model/report/report.ts";

export const plainName = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^\.+/, "")
    .slice(0, 120);
/** `checkout-survives-3f9c2a.html`. */
export const reportFileName = ({ id }: Pick<RunReport, "id">, format: ReportFormat): string =>
  `${plainName(id) || "run"}.${REPORT_FORMATS[format].ending}`;
