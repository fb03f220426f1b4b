/** `squall explain`: a file in plain sentences, or the documentation of a field. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readDocuments } from "../../experiments/model/document.ts";
import { substituteDocument } from "../../experiments/model/environment.ts";
import { readExperiment } from "../../experiments/model/experiment.ts";
import { explainExperiment, explainField, formatFieldDocs } from "../../experiments/model/explain.ts";
import type { Mesh } from "../../experiments/model/mesh.ts";
import type { Problem } from "../../experiments/model/problem.ts";
import { EXIT } from "../../experiments/model/verdict.ts";
import type { Command, Context } from "../context.ts";
import { json } from "../escape/json.ts";
import { terminal } from "../escape/terminal.ts";
import { usage } from "../exit.ts";
import { collect, STDIN } from "../files/collect.ts";
import { loadMesh } from "../files/load.ts";
import { readVariables } from "../files/variables.ts";
import { heading } from "../terminal/heading.ts";
import { wrap } from "../terminal/width.ts";
import { type FileOptions, problemText } from "./options.ts";

export interface ExplainOptions extends FileOptions {
  readonly json?: boolean;
}
interface Explained {
  readonly file: string;
  readonly experiment: string;
  readonly sentences: readonly string[];
}
const isFile = (target: string, cwd: string): boolean =>
  target === STDIN || /[/*]|\.ya?ml$/.test(target) || existsSync(resolve(cwd, target));

const field = ({ output }: Context, path: string, options: ExplainOptions): number => {
  const found = explainField(path);
  if (!("docs" in found)) {
    const hint = found.suggestion === undefined ? "" : `; did you mean \`${found.suggestion}\`?`;
    throw usage(`${found.message}${hint}`);
  }
  if (options.json === true) output.out(json(found.docs, 2));
  else for (const line of formatFieldDocs(found.docs)) output.out(terminal(line));
  return 0;
};

/** The mesh makes the sentences more exact; without one they still hold. */
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

const explainFiles = async (context: Context, files: readonly string[], options: ExplainOptions) => {
  const variables = await readVariables(context.environment, options);
  const explained: Explained[] = [];
  const problems: Problem[] = [];
  for (const { file, text, directory } of await collect(files, context.cwd, context.readStdin)) {
    const read = readDocuments(text, file);
    problems.push(...read.problems);
    for (const written of read.documents.filter(({ kind }) => kind === "Experiment")) {
      const substituted = substituteDocument(written, variables);
      const one = substituted.problems.length > 0 ? substituted : readExperiment(substituted.value);
      if ("problems" in one) {
        problems.push(...one.problems);
        continue;
      }
      const { experiment } = one;
      const mesh = await meshFor(experiment.mesh, directory, options, context);
      explained.push({ file, experiment: experiment.name, sentences: explainExperiment(experiment, mesh) });
    }
  }
  return { explained, problems };
};

export const explain: Command<ExplainOptions, [targets: readonly string[]]> = async (context, options, targets) => {
  const { output, cwd } = context;
  if (targets.length === 1 && !isFile(targets[0]!, cwd)) return field(context, targets[0]!, options);
  const { explained, problems } = await explainFiles(context, targets, options);
  if (problems.length > 0) output.err(problemText(problems, output.paint.coloured));
  if (explained.length === 0 && problems.length === 0) throw usage(`no experiment in ${targets.join(" ")}`);
  if (options.json === true) output.out(json(explained, 2));
  else
    for (const { file, experiment, sentences } of explained) {
      for (const line of heading(experiment, file, { width: output.width(), paint: output.outPaint })) output.out(line);
      for (const sentence of sentences)
        for (const [index, line] of wrap(terminal(sentence), output.width() - 4).entries())
          output.out(
            `${index === 0 ? "  - " : "    "}${sentence.startsWith("Warning:") ? output.outPaint.warn(line) : line}`,
          );
    }
  return problems.length > 0 ? EXIT.INVALID : 0;
};
