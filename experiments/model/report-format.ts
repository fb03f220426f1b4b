/** Forms of a run's report that are files: what each is called, its media type, and how its file's name ends. */
interface FormatWords {
  /** For people. */
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
