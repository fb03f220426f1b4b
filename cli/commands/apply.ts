/**
 * `squall apply`: makes a server's stored documents match files. Two passes: the server checks every document before
 * any is changed.
 */
import { formatPath } from "../../experiments/model/document/issue.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { json } from "../../experiments/report/escape/json.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Api } from "../../server/contract/index.ts";
import type { Command, Context } from "../context.ts";
import { CommandError, USAGE } from "../exit.ts";
import { type Applicable, pathOf } from "../files/documents.ts";
import { plainMessage } from "../output.ts";
import { ApiError, type Client } from "../session/client.ts";
import { openServer, type ServerOptions } from "../session/target.ts";
import { unworkable } from "../session/unworkable.ts";
import { type DocumentFiles, readDocumentFiles } from "./documents.ts";

export interface ApplyOptions extends DocumentFiles, ServerOptions {
  readonly dryRun?: boolean;
  readonly output?: "json" | "name";
}
export type Put = Api["PUT /api/v1/documents/:kind/:name"]["reply"];
export const putDocument = (client: Client, { kind, name, content }: Applicable, dryRun: boolean): Promise<Put> =>
  client.call("PUT /api/v1/documents/:kind/:name", {
    params: { kind, name },
    query: { dryRun },
    body: content,
  });

/** Each problem by itself where the server lists several; the error message summarises the list. */
const refusalText = ({ kind, name, file }: Applicable, { error }: ApiError): string => {
  const problems = error.details.map(({ path, message }) => `${formatPath(path)}: ${message}`);
  return [`${file}: ${pathOf(kind, name)}`, ...(problems.length > 0 ? problems : [error.message])].join("\n  ");
};
/**
 * The server's dry-run reply for each document. Refusals of all documents are reported together, and then no document
 * is sent.
 */
export const rehearse = async (client: Client, documents: readonly Applicable[]): Promise<readonly Put[]> => {
  const replies: Put[] = [];
  const refusals: string[] = [];
  for (const document of documents)
    try {
      replies.push(await putDocument(client, document, true));
    } catch (error) {
      if (!(error instanceof ApiError) || error.exitCode !== USAGE) throw error;
      refusals.push(refusalText(document, error));
    }
  if (refusals.length > 0)
    throw new CommandError(
      USAGE,
      `the server refuses ${spellCount(refusals.length, "document")}; nothing was changed\n${refusals.join("\n")}`,
    );
  return replies;
};

/** Warnings on stderr, not errors: an experiment may be applied before the mesh, and a freeze ends. */
export const warnOf = async ({ output }: Context, client: Client, documents: readonly Applicable[]): Promise<void> => {
  for (const { word, text } of await unworkable(client, documents)) output.err(plainMessage(`${word}: ${text}`));
};

const WORDS: Readonly<Record<Put["outcome"], string>> = {
  created: "created",
  changed: "configured",
  unchanged: "unchanged",
};
export const apply: Command<ApplyOptions, []> = async (context, options) => {
  const { output } = context;
  const documents = await readDocumentFiles(context, options);
  const client = await openServer(context, options);
  const rehearsed = await rehearse(client, documents);
  await warnOf(context, client, documents);
  const applied: { kind: string; name: string; outcome: string; version: number | null }[] = [];
  for (const [index, document] of documents.entries()) {
    const reply = options.dryRun === true ? rehearsed[index]! : await putDocument(client, document, false);
    const { kind, name } = document;
    applied.push({ kind, name, outcome: WORDS[reply.outcome], version: reply.document?.version ?? null });
    if (options.output === "json") continue;
    const path = pathOf(kind, name);
    const note = options.dryRun === true ? " (dry run)" : "";
    output.out(terminal(options.output === "name" ? path : `${path} ${WORDS[reply.outcome]}${note}`));
  }
  if (options.output === "json") output.out(json({ schemaVersion: 1, documents: applied }, 2));
  return 0;
};
