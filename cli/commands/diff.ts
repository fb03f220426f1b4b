/** `squall diff`: the changes that `apply` would make. */
import { formatPath } from "../../experiments/model/document/issue.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { SCHEMA_VERSION } from "../../experiments/report/json.ts";
import { wrap } from "../../experiments/report/terminal/width.ts";
import type { Change } from "../../server/contract/index.ts";
import type { Command, Context } from "../context.ts";
import { type Applicable, pathOf } from "../files/documents.ts";
import { openServer, type ServerOptions } from "../session/target.ts";
import { type FormOptions, formOf, showDocument } from "../terminal/forms.ts";
import { heading } from "../terminal/heading.ts";
import { type Put, rehearse, warnOf } from "./apply.ts";
import { type DocumentFiles, readDocumentFiles } from "./documents.ts";

export interface DiffOptions extends DocumentFiles, ServerOptions, FormOptions {}
const DIFFERENT = 1;

const valueText = (value: unknown): string => JSON.stringify(value) ?? "nothing";
const changeText = (change: Change): readonly [sign: "+" | "-" | "~", text: string] => {
  const path = formatPath(change.path) || "all of it";
  if (!("before" in change)) return ["+", `${path}: ${valueText(change.after)}`];
  if (!("after" in change)) return ["-", `${path}: ${valueText(change.before)}`];
  return ["~", `${path}: ${valueText(change.before)} → ${valueText(change.after)}`];
};
const tell = ({ output }: Context, { kind, name, file }: Applicable, { outcome, document, changes }: Put): void => {
  const paint = output.outPaint;
  const width = output.width();
  const word = document === null || outcome === "created" ? "is new" : `differs from version ${document.version}`;
  for (const line of heading(pathOf(kind, name), `${word}  ${file}`, { width, paint })) output.out(line);
  if (outcome === "created") return;
  for (const change of changes) {
    const [sign, text] = changeText(change);
    const painted = sign === "+" ? paint.good : sign === "-" ? paint.bad : paint.warn;
    for (const [index, line] of wrap(terminal(text), width - 4).entries())
      output.out(`${index === 0 ? `  ${painted(sign)} ` : "    "}${line}`);
  }
};

export const diff: Command<DiffOptions, []> = async (context, options) => {
  const documents = await readDocumentFiles(context, options);
  const client = await openServer(context, options);
  const replies = await rehearse(client, documents);
  await warnOf(context, client, documents);
  const differing = documents
    .map((document, index) => ({ document, reply: replies[index]! }))
    .filter(({ reply }) => reply.outcome !== "unchanged");
  const list = differing.map(({ document: { kind, name, file }, reply: { outcome, changes } }) => ({
    ...{ kind, name, file, outcome, changes },
  }));
  await showDocument(context.output, formOf(options), {
    document: { schemaVersion: SCHEMA_VERSION, documents: list },
    names: list.map(({ kind, name }) => pathOf(kind, name)),
    text() {
      for (const { document, reply } of differing) tell(context, document, reply);
    },
  });
  return differing.length > 0 ? DIFFERENT : 0;
};
