/** `squall validate`: reports every problem of files, without an environment and without starting a process. */

import { resolve } from "node:path";
import { type Document, readDocuments } from "../../experiments/model/document/document.ts";
import type { FileIssue } from "../../experiments/model/document/issue.ts";
import { isMistyped, mistyped } from "../../experiments/model/document/kinds.ts";
import type { Experiment } from "../../experiments/model/experiment/experiment.ts";
import { meshFitIssues } from "../../experiments/model/experiment/mesh-check.ts";
import { validateExperiment } from "../../experiments/model/read/experiment.ts";
import { validateMesh } from "../../experiments/model/read/mesh.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { EXIT } from "../../experiments/model/verdict/exit-code.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { SCHEMA_VERSION } from "../../experiments/report/json.ts";
import type { Command, Context } from "../context.ts";
import { collect, type Source } from "../files/collect.ts";
import { checkDocument, isOurs, nothingOurs, pathOf } from "../files/documents.ts";
import { isForeign, isForeignSource } from "../files/foreign.ts";
import { directoryProblems, loadMeshToStart, nameOf, noMesh } from "../files/load.ts";
import { annotationLine, underGitHub } from "../report/github.ts";
import { type FormOptions, formOf, showDocument } from "../terminal/forms.ts";
import { problemText, tellPassedOver } from "./options.ts";

export interface ValidateOptions extends FormOptions {
  /** false: a server has the mesh, and no check against a mesh is made. */
  readonly mesh?: string | false;
}
interface Checked {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly problems: readonly FileIssue[];
}

/**
 * Checks an experiment against the mesh. Only the variables of the mesh need an environment; the experiment is checked
 * without.
 */
const checkWithMesh = async (
  document: Document,
  experiment: Experiment,
  base: string,
  { cwd, environment: variables }: Context,
): Promise<readonly FileIssue[]> => {
  if (experiment.mesh === null) return [noMesh(document, ", or say that a server has it with --no-mesh")];
  const read = await loadMeshToStart(resolve(base, experiment.mesh), { cwd, variables });
  if ("message" in read) return [document.locate({ path: ["spec", "mesh"], message: read.message })];
  if ("problems" in read) return read.problems;
  return meshFitIssues(experiment, read.loaded.mesh).map((issue) => document.locate(issue));
};

const checkExperiment = async (document: Document, directory: string, { mesh }: ValidateOptions, context: Context) => {
  const { experiment, problems } = validateExperiment(document);
  if (experiment === null || problems.length > 0) return problems;
  if (mesh === false) return [];
  const named = mesh === undefined ? experiment : { ...experiment, mesh: resolve(context.cwd, mesh) };
  return checkWithMesh(document, named, directory, context);
};

/** Checks a mesh's working directory: the directory in which the mesh's commands run. */
const checkDirectory = async (document: Document, base: string): Promise<readonly FileIssue[]> => {
  if (document.kind !== "Mesh") return [];
  const { mesh } = validateMesh(document);
  return mesh === null ? [] : directoryProblems(document, mesh, base);
};

/** null: a file of another tool, which is passed over. */
const checkSource = async (source: Source, options: ValidateOptions, context: Context): Promise<Checked[] | null> => {
  const read = readDocuments(source.text, source.file);
  if (isForeignSource(source, read)) return null;
  const { problems } = read;
  const documents = source.named ? read.documents : read.documents.filter((document) => !isForeign(document));
  const ours = documents.filter((document) => isOurs(document) || isMistyped(document));
  const checked: Checked[] = [];
  for (const document of ours) {
    const found =
      document.kind === "Experiment"
        ? await checkExperiment(document, source.directory, options, context)
        : isOurs(document)
          ? [...(await checkDocument(document)), ...(await checkDirectory(document, source.directory))]
          : [mistyped(document)];
    checked.push({ file: source.file, kind: document.kind ?? "", name: nameOf(document), problems: found });
  }
  const rest = problems.length === 0 && ours.length === 0 && source.named ? [nothingOurs(source)] : problems;
  return rest.length === 0 ? checked : [{ file: source.file, kind: "", name: source.file, problems: rest }, ...checked];
};
const documentOf = (
  { version }: Context,
  checked: readonly Checked[],
  problems: readonly FileIssue[],
  exitCode: number,
) => ({
  schemaVersion: SCHEMA_VERSION,
  tool: { name: "squall", version },
  exitCode,
  documents: checked.map(({ file, kind, name, problems }) => ({ file, kind, name, ok: problems.length === 0 })),
  problems,
});

export const validate: Command<ValidateOptions, [files: readonly string[]]> = async (context, options, files) => {
  const { cwd, output, environment } = context;
  const sources = await collect(files, cwd, context.readStdin);
  const found = await Promise.all(sources.map((source) => checkSource(source, options, context)));
  const checked = found.flatMap((each) => each ?? []);
  tellPassedOver(
    context,
    sources.filter((_, index) => found[index] === null).map(({ file }) => file),
  );
  const seen = new Set<string>();
  const problems = checked
    .flatMap((one) => one.problems)
    .filter(({ file, line, column, message }) => {
      const key = JSON.stringify([file, line, column, message]);
      return !seen.has(key) && seen.add(key);
    });
  // A named folder that holds only other tools' files: no file was checked, which must not look like success.
  const exitCode = problems.length > 0 || checked.length === 0 ? EXIT.INVALID : 0;
  if (underGitHub(environment))
    for (const { file, line, column, message } of problems)
      output.err(annotationLine({ file, line, column, message, title: "INVALID" }, context));
  if (problems.length > 0) output.err(problemText(problems, output.paint.coloured));
  const good = checked.filter((one) => one.problems.length === 0);
  await showDocument(output, formOf(options), {
    document: documentOf(context, checked, problems, exitCode),
    names: good.map(({ kind, name }) => pathOf(kind, name)),
    text() {
      for (const { file, kind, name } of good) output.out(terminal(`ok  ${file}  ${kind} ${name}`));
    },
  });
  const bad = checked.length - good.length;
  output.err(
    problems.length > 0
      ? `${spellCount(problems.length, "problem")} in ${bad} of ${spellCount(checked.length, "document")}`
      : checked.length === 0
        ? `no document of kind Mesh, Experiment, Schedule or Policy in ${spellCount(files.length, "argument")}`
        : `${spellCount(checked.length, "document")} ok`,
  );
  return exitCode;
};
