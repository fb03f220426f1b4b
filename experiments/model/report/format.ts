/** File formats of a run's report: name, media type, and ending of the file name. */
interface FormatWords {
  /** Name of the format for people. */
  readonly word: string;
  readonly mediaType: string;
  readonly ending: string;
}
export const REPORT_FORMATS = {
  json: { word: "JSON", mediaType: "application/json", ending: "json" },
  markdown: { word: "Markdown", mediaType: "text/markdown", ending: "md" },
  html: { word: "HTML", mediaType: "text/html", ending: "html" },
  junit: { word: "JUnit", mediaType: "application/xml", ending: "xml" },
  sarif: { word: "SARIF", mediaType: "application/sarif+json", ending: "sarif" },
} as const satisfies Readonly<Record<string, FormatWords>>;
export type ReportFormat = keyof typeof REPORT_FORMATS;
export const REPORT_FORMAT_NAMES = Object.keys(REPORT_FORMATS) as [ReportFormat, ...ReportFormat[]];
