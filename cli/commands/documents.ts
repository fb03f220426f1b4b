/** Helpers shared by `apply`, `diff`, `get` and `delete`. */
import { spellCount } from "../../experiments/model/text/words.ts";
import type { DocumentView, Kind } from "../../server/contract/index.ts";
import type { Context } from "../context.ts";
import { CommandError, USAGE, usage } from "../exit.ts";
import { collect } from "../files/collect.ts";
import { type Applicable, readApplicables } from "../files/documents.ts";
import { type NamespaceOptions, namespaceIn } from "../files/namespace.ts";
import { readVariables } from "../files/variables.ts";
import { ApiError, allPages, type Client } from "../session/client.ts";
import { problemText, tellPassedOver } from "./options.ts";

export interface DocumentFiles extends NamespaceOptions {
  readonly file?: readonly string[];
  readonly set?: readonly string[];
  readonly vars?: readonly string[];
  readonly envFile?: readonly string[];
}

/** Documents of -f, checked. A single problem in any document, and no document is returned. */
export const readDocumentFiles = async (context: Context, options: DocumentFiles): Promise<readonly Applicable[]> => {
  const { cwd, output } = context;
  const given = options.file ?? [];
  // Documents stored on a server must not depend on the shell of the user applying them, nor hold that shell's secrets.
  const variables = await readVariables({}, options);
  const { documents, problems, foreign } = await readApplicables(
    await collect(given, cwd, context.readStdin),
    variables,
    namespaceIn(options),
  );
  tellPassedOver(context, foreign);
  if (problems.length > 0) {
    output.err(problemText(problems, output.paint.coloured));
    throw new CommandError(USAGE, `${spellCount(problems.length, "problem")}; nothing was sent`);
  }
  if (documents.length === 0)
    throw usage(`no document of kind Mesh, Experiment, Schedule or Policy in ${given.join(" ")}`);
  return documents;
};

export const listDocuments = (client: Client, kind: Kind | undefined): Promise<DocumentView[]> =>
  allPages(
    (cursor) =>
      client.call("GET /api/v1/documents", {
        query: { limit: 200, ...(kind && { kind }), ...(cursor && { cursor }) },
      }),
    ({ documents }) => documents,
  );

export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
