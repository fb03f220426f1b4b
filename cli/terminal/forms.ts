/** Output forms of a command's results: a table for people, and three that programs read. */
import { json } from "../../experiments/report/escape/json.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Paint } from "../../experiments/report/terminal/paint.ts";
import { type Cell, type Column, table } from "../../experiments/report/terminal/table.ts";
import { yaml } from "../escape/yaml.ts";
import { usage } from "../exit.ts";
import type { Output } from "../output.ts";
import type { FORMS } from "./form-names.ts";

export type Form = (typeof FORMS)[number];
export interface FormOptions {
  readonly output?: Form;
  readonly json?: boolean;
}
export const formOf = ({ output, json }: FormOptions): Form => {
  if (json === true && output !== undefined && output !== "json")
    throw usage(`--json and -o ${output} exclude each other`);
  return json === true ? "json" : (output ?? "table");
};

/** A column, with the cell text. */
export interface Field<Row> extends Column {
  /** Shown only with `-o wide`. */
  readonly wide?: boolean;
  /** Escaped by `show`. */
  of(row: Row): string;
  /** Paint of a cell, where that depends on the row. */
  paint?(row: Row, paint: Paint): (text: string) => string;
}
export interface Listing<Row> {
  readonly rows: readonly Row[];
  readonly fields: readonly Field<Row>[];
  /** A line of `-o name`: the argument that other commands take. */
  nameOf(row: Row): string;
  /** The document of `-o json` and `-o yaml`. */
  readonly document: unknown;
  /** Message for people when there is no row. */
  readonly none: string;
}

const cellsOf = <Row>(row: Row, fields: readonly Field<Row>[], paint: Paint): Cell[] =>
  fields.map((field) => {
    const text = terminal(field.of(row));
    return field.paint === undefined ? { text } : { text, paint: field.paint(row, paint) };
  });

export const show = async <Row>(output: Output, form: Form, listing: Listing<Row>): Promise<void> => {
  const { rows, none } = listing;
  if (form === "json") return output.out(json(listing.document, 2));
  if (form === "yaml") return output.out(await yaml(listing.document));
  if (rows.length === 0) return output.err(none);
  if (form === "name") {
    for (const row of rows) output.out(terminal(listing.nameOf(row)));
    return;
  }
  const fields = listing.fields.filter(({ wide = false }) => form === "wide" || !wide);
  const cells = rows.map((row) => cellsOf(row, fields, output.outPaint));
  // `wide` is for users that scroll or pipe: no cell is cut.
  const width = form === "wide" ? Number.POSITIVE_INFINITY : output.tableWidth("out");
  for (const line of table(fields, cells, { width, indent: "", paint: output.outPaint })) output.out(line);
};

/** A document that is shown as text to people, where rows and columns do not fit. */
export interface ListingOptions {
  readonly document: unknown;
  /** Lines of `-o name`. */
  readonly names: readonly string[];
  /** The form for people, of `-o wide` too: no text is cut. */
  text(): void;
}
export const showDocument = async (
  output: Output,
  form: Form,
  { document, names, text }: ListingOptions,
): Promise<void> => {
  if (form === "json") return output.out(json(document, 2));
  if (form === "yaml") return output.out(await yaml(document));
  if (form !== "name") return text();
  for (const name of names) output.out(terminal(name));
};

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1_000, "s"],
] as const;
/** `45s`, `12m`, `3h`, `9d`: a past or future span in the greatest unit. */
export const roughly = (ms: number): string => {
  const [unit, letter] = UNITS.find(([unit]) => ms >= unit) ?? UNITS.at(-1)!;
  return `${Math.max(0, Math.floor(ms / unit))}${letter}`;
};
/** `2026-01-05 10:15:00`, UTC. */
export const utc = (ms: number): string => new Date(ms).toISOString().replace("T", " ").slice(0, 19);
/** `tier=edge,zone=a`. */
export const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
/** `12 B`, `3.4 MB`. */
export const formatBytes = (bytes: number): string => {
  const exponent = bytes < 1_000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const number = bytes / 1_000 ** exponent;
  return `${exponent === 0 ? number : number.toFixed(1)} ${["B", "kB", "MB", "GB", "TB"][exponent]}`;
};
