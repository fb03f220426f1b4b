/** `squall delete`: removes documents from a server. Old versions stay readable, and so do past runs. */
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Kind } from "../../server/contract/index.ts";
import type { Command } from "../context.ts";
import { CommandError, USAGE, usage } from "../exit.ts";
import { KINDS, kindOf, pathOf } from "../files/documents.ts";
import { type NamespaceOptions, namedDocument } from "../files/namespace.ts";
import { openServer, type ServerOptions } from "../session/target.ts";
import { isMissing, readDocumentFiles } from "./documents.ts";

export interface DeleteOptions extends ServerOptions, NamespaceOptions {
  readonly file?: readonly string[];
  readonly dryRun?: boolean;
  readonly ignoreNotFound?: boolean;
}
/** Dependents go first: a document is deleted before the documents named in that document. */
const backwards = (documents: readonly { readonly kind: Kind; readonly name: string }[]) =>
  [...documents].sort((a, b) => KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind));

export const deleteDocuments: Command<DeleteOptions, [kind: string | undefined, names: readonly string[]]> = async (
  context,
  options,
  kind,
  names,
) => {
  if ((options.file === undefined) === (kind === undefined || names.length === 0))
    throw usage("name a kind and what is to be deleted, such as `squall delete schedule nightly`, or files with -f");
  const wanted =
    kind === undefined || options.file !== undefined
      ? await readDocumentFiles(context, options)
      : names.map((name) => ({ kind: kindOf(kind), name: namedDocument(name, options) }));
  const client = await openServer(context, options);
  const missing: string[] = [];
  for (const { kind, name } of backwards(wanted))
    try {
      const query = { dryRun: options.dryRun === true };
      await client.call("DELETE /api/v1/documents/:kind/:name", { params: { kind, name }, query });
      context.output.out(terminal(`${pathOf(kind, name)} deleted${options.dryRun === true ? " (dry run)" : ""}`));
    } catch (error) {
      if (!isMissing(error)) throw error;
      missing.push(pathOf(kind, name));
    }
  if (missing.length === 0 || options.ignoreNotFound === true) return 0;
  throw new CommandError(USAGE, `${client.url} has no ${missing.join(", ")}`);
};
