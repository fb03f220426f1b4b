/** `squall explain`: a file in plain sentences, or the documentation of a field. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Document, readDocuments } from "../../experiments/model/document/document.ts";
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import { isMistyped, mistyped } from "../../experiments/model/document/kinds.ts";
import { substituteDocument } from "../../experiments/model/document/variables.ts";
import { explainMesh, explainPolicy, explainSchedule } from "../../experiments/model/explain/documents.ts";
import { explainExperiment, explainField, formatFieldDocs } from "../../experiments/model/explain/experiment.ts";
import { explainWord, nearestWord, type WordDocs } from "../../experiments/model/explain/verdict-docs.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { readExperiment } from "../../experiments/model/read/experiment.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { EXIT } from "../../experiments/model/verdict/exit-code.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { SCHEMA_VERSION } from "../../experiments/report/json.ts";
import { wrap } from "../../experiments/report/terminal/width.ts";
import type { Kind } from "../../server/contract/index.ts";
import type { Command, Context } from "../context.ts";
import { type CommandError, usage } from "../exit.ts";
import { collect, STDIN } from "../files/collect.ts";
import { isOurs, pathOf } from "../files/documents.ts";
import { loadMesh, nameOf } from "../files/load.ts";
import { readVariables } from "../files/variables.ts";
import { type FormOptions, formOf, showDocument } from "../terminal/forms.ts";
import { heading } from "../terminal/heading.ts";
import { type FileOptions, problemText } from "./options.ts";

export interface ExplainOptions extends FileOptions, FormOptions {}
interface Explained {
  readonly file: string;
  readonly kind: Kind;
  readonly name: string;
  readonly sentences: readonly string[];
}
const isFile = (target: string, cwd: string): boolean =>
  target === STDIN || /[/*]|\.ya?ml$/.test(target) || existsSync(resolve(cwd, target));

/** Sentences are read at this width, however wide the terminal is. */
const WIDEST = 80;
const widthOf = ({ output }: Context): number => Math.min(WIDEST, output.width());
/**
 * Hanging indent: a line that begins with spaces, or with a key and two spaces, wraps to the column where the text
 * began.
 */
const hanging = (line: string, width: number): readonly string[] => {
  const [begin = ""] = /^\s*(?:\S+\s{2,})?/.exec(line) ?? [];
  const [first = "", ...rest] = wrap(terminal(line.slice(begin.length)), Math.max(20, width - begin.length));
  return [`${begin}${first}`, ...rest.map((more) => `${" ".repeat(begin.length)}${more}`)];
};
const say = (context: Context, lines: readonly string[]): void => {
  for (const line of lines) for (const part of hanging(line, widthOf(context))) context.output.out(part);
};

/** A verdict or a reason word. */
const wordLines = (docs: WordDocs): readonly string[] => {
  if ("words" in docs) {
    const width = Math.max(0, ...docs.words.map(({ word }) => word.length));
    const words = docs.words.map(({ word, means }) => `    ${word.padEnd(width)}  ${means}`);
    return [docs.verdict, `  ${docs.means}`, `  Exit code: ${docs.exitCode}`, "  Reason words:", ...words];
  }
  const verdict = docs.verdict === null ? "No verdict" : `Verdict: ${docs.verdict}, exit code ${EXIT[docs.verdict]}`;
  return [docs.word, `  ${docs.means}`, `  ${verdict}`, `  What to do: ${docs.remedy}`];
};

const notThere = (path: string, found: { readonly message: string; readonly suggestion?: string }): CommandError => {
  const suggestion = found.suggestion ?? (path.includes(".") ? undefined : nearestWord(path));
  const message = suggestion === undefined ? found.message : found.message.replace(/; it has .*$/, "");
  return usage(`${message}${suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`}`);
};
const explainTarget = async (context: Context, path: string, options: ExplainOptions): Promise<number> => {
  const word = explainWord(path);
  const found = explainField(path);
  // `process` is a probe and `policy` a document: a path in files goes before a reason word of that name.
  const isWord = word !== null && (!("docs" in found) || path === path.toUpperCase());
  if (!isWord && !("docs" in found)) throw notThere(path, found);
  const docs = isWord ? word : "docs" in found ? found.docs : null;
  await showDocument(context.output, formOf(options), {
    document: { schemaVersion: SCHEMA_VERSION, ...docs },
    names: ["docs" in found && !isWord ? found.docs.path : path],
    text() {
      if (!isWord && "docs" in found) say(context, formatFieldDocs(found.docs));
      if (word === null) return;
      if (!isWord) context.output.out("");
      say(context, wordLines(word));
    },
  });
  return 0;
};

/** The mesh makes the sentences more exact; without a mesh the sentences still hold. */
const meshFor = async (
  path: string | null,
  directory: string,
  options: ExplainOptions,
  context: Context,
): Promise<Mesh | undefined> => {
  const file = options.mesh === undefined ? path && resolve(directory, path) : resolve(context.cwd, options.mesh);
  if (!file) return undefined;
  const variables = await readVariables(context.environment, options);
  const read = await loadMesh(file, { cwd: context.cwd, variables });
  if ("loaded" in read) return read.loaded.mesh;
  context.output.err(
    `explained without its mesh: ${"message" in read ? read.message : problemText(read.problems, false)}`,
  );
  return undefined;
};

/**
 * Sentences of each kind. Schedules and policies load cron and time zones, which happens only with the first such file.
 */
const SENTENCES: {
  readonly [K in Kind]: (
    document: Document,
    of: { readonly directory: string; readonly options: ExplainOptions; readonly context: Context },
  ) => Promise<{ readonly sentences: readonly string[] } | { readonly problems: readonly FileIssue[] }>;
} = {
  Experiment: async (document, { directory, options, context }) => {
    const read = readExperiment(document);
    if ("problems" in read) return read;
    const mesh = await meshFor(read.experiment.mesh, directory, options, context);
    return { sentences: explainExperiment(read.experiment, mesh) };
  },
  Mesh: async (document) => {
    const read = readMesh(document);
    return "problems" in read ? read : { sentences: explainMesh(read.mesh) };
  },
  Schedule: async (document) => {
    const read = (await import("../../experiments/model/read/schedule.ts")).readSchedule(document);
    return "problems" in read ? read : { sentences: explainSchedule(read.schedule) };
  },
  Policy: async (document) => {
    const read = (await import("../../experiments/model/read/policy.ts")).readPolicy(document);
    return "problems" in read ? read : { sentences: explainPolicy(read.policy) };
  },
};

const explainFiles = async (context: Context, files: readonly string[], options: ExplainOptions) => {
  const variables = await readVariables(context.environment, options);
  const explained: Explained[] = [];
  const problems: FileIssue[] = [];
  for (const { file, text, directory } of await collect(files, context.cwd, context.readStdin)) {
    const read = readDocuments(text, file);
    problems.push(...read.problems, ...read.documents.filter(isMistyped).map(mistyped));
    for (const written of read.documents.filter(isOurs)) {
      const substituted = substituteDocument(written, variables);
      const document = substituted.value;
      const kind = document.kind as Kind;
      const one =
        substituted.problems.length > 0
          ? { problems: substituted.problems }
          : await SENTENCES[kind](document, { directory, options, context });
      if ("problems" in one) problems.push(...one.problems);
      else explained.push({ file, kind, name: nameOf(document), sentences: one.sentences });
    }
  }
  return { explained, problems };
};

export const explain: Command<ExplainOptions, [targets: readonly string[]]> = async (context, options, targets) => {
  const { output, cwd } = context;
  if (targets.length === 1 && !isFile(targets[0]!, cwd)) return explainTarget(context, targets[0]!, options);
  const { explained, problems } = await explainFiles(context, targets, options);
  if (problems.length > 0) output.err(problemText(problems, output.paint.coloured));
  if (explained.length === 0 && problems.length === 0)
    throw usage(`no document of kind Experiment, Mesh, Schedule or Policy in ${targets.join(" ")}`);
  const width = widthOf(context);
  await showDocument(output, formOf(options), {
    document: { schemaVersion: SCHEMA_VERSION, documents: explained },
    names: explained.map(({ kind, name }) => pathOf(kind, name)),
    text() {
      for (const { file, name, sentences } of explained) {
        for (const line of heading(name, file, { width, paint: output.outPaint })) output.out(line);
        for (const sentence of sentences)
          for (const [index, line] of wrap(terminal(sentence), width - 4).entries())
            output.out(
              `${index === 0 ? "  - " : "    "}${sentence.startsWith("Warning:") ? output.outPaint.warn(line) : line}`,
            );
      }
    },
  });
  return problems.length > 0 ? EXIT.INVALID : 0;
};
