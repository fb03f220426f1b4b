/**
 * Tables of the bench as Markdown, and the block of a document that holds the tables: a section for each row. Pure: the
 * command reads and writes the file.
 */

import type { RowResult } from "./rounds.ts";
import type { BenchRow, FigureColumn, Figures } from "./row.ts";
import { median, pairedRatio } from "./statistics.ts";

/** Subject of the ratios. */
export const AGENT = "agent";
export const BLOCK_START = "<!-- bench: written by `npm run bench -- --write` -->";
export const BLOCK_END = "<!-- /bench -->";
const rowMark = (name: string): string => `<!-- bench row: ${name} -->`;

const shown = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");
const valuesOf = (figures: readonly Figures[], key: string): readonly number[] =>
  figures.map((each) => each[key] ?? Number.NaN);

const cellsOf = (column: FigureColumn, own: readonly Figures[], ours: readonly Figures[]): readonly string[] => {
  const values = valuesOf(own, column.key);
  const cell = shown(median(values), column.digits);
  return column.ratio === null ? [cell] : [cell, shown(pairedRatio(values, valuesOf(ours, column.key)), 2)];
};

/** Table of a row: medians over the rounds, and medians of the ratios inside the rounds. */
export const formatTable = ({ row, loads }: RowResult): string => {
  const first = loads.some(({ load }) => load.name !== "") ? ["load"] : [];
  const titles = row.columns.flatMap(({ title, ratio }) => (ratio === null ? [title] : [title, ratio]));
  const lines = loads.flatMap(({ load, figures }) =>
    [...figures].map(([name, own]) => {
      const cells = row.columns.flatMap((column) => cellsOf(column, own, figures.get(AGENT) ?? []));
      return [...first.map(() => load.name), name, ...cells];
    }),
  );
  const head = [...first, "subject", ...titles];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...lines.map(line)].join("\n");
};

/** Section of a row: title, conditions of the measurement, note, table. */
export const formatSection = (result: RowResult, conditions: string): string => {
  const { row } = result;
  const text = wrap(`\`npm run bench -- --rows ${row.name}\`, ${conditions}. ${row.note}`);
  return `### ${row.title}\n\n${text}\n\n${formatTable(result)}`;
};
/** Longest line of the documents, characters. */
const LINE = 138;
/** Breaks a paragraph into lines, between words and never inside a command. */
const wrap = (text: string): string => {
  const lines: string[] = [];
  for (const word of text.match(/`[^`]*`\S*|\S+/g) ?? []) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
};

/**
 * Returns the document with the sections of the measured rows in its block, in the order of `rows`; sections of other
 * known rows stay, sections of unknown rows go. Throws: the document lacks the block.
 */
export const writeBlock = (
  document: string,
  rows: readonly Pick<BenchRow, "name">[],
  measured: ReadonlyMap<string, string>,
): string => {
  const [start, end] = [document.indexOf(BLOCK_START), document.indexOf(BLOCK_END)];
  if (start < 0 || end < start) throw new Error(`expected the marks ${BLOCK_START} and ${BLOCK_END} in the document`);
  const sections = new Map([...readSections(document.slice(start + BLOCK_START.length, end)), ...measured]);
  const block = rows.flatMap(({ name }) => {
    const section = sections.get(name);
    return section === undefined ? [] : [`${rowMark(name)}\n\n${section.trim()}\n\n`];
  });
  return `${document.slice(0, start)}${BLOCK_START}\n\n${block.join("")}${document.slice(end)}`;
};
/** Sections of a block by the name of the row. */
const readSections = (block: string): ReadonlyMap<string, string> =>
  new Map(
    [...block.matchAll(/<!-- bench row: (\S+) -->\n([\s\S]*?)(?=<!-- bench row: |$)/g)].map(([, name, section]) => [
      name!,
      section!.trim(),
    ]),
  );
