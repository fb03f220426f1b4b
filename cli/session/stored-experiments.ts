/**
 * Experiments that a server holds, started by name, so that the server fills in the variables that only the server
 * knows, and records the version that ran.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readDocuments } from "../../experiments/model/document/document.ts";
import type { DocumentName } from "../../experiments/model/names.ts";
import { usage } from "../exit.ts";
import type { LoadedMesh } from "../files/load.ts";
import { type NamespaceOptions, namedDocument } from "../files/namespace.ts";
import { ApiError, type Client } from "./client.ts";
import type { Startable } from "./suite.ts";

const NAME = /^((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\/)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:@(\d+))?$/;
/**
 * Splits command line arguments into names of stored experiments, and files, folders or globs. An argument that exists
 * as a file is a file, unless the options say the namespace of a name. Throws a usage error for a file beside that
 * namespace, which a run would otherwise ignore: a file has a namespace of its own.
 */
export const splitNames = (
  given: readonly string[],
  cwd: string,
  { namespace }: NamespaceOptions,
): { readonly names: readonly string[]; readonly files: readonly string[] } => {
  const isName = (one: string) => NAME.test(one) && (namespace !== undefined || !existsSync(resolve(cwd, one)));
  const files = given.filter((one) => !isName(one));
  if (namespace !== undefined && files.length > 0)
    throw usage(`--namespace is for names of applied experiments; ${files[0]} says its own in metadata.namespace`);
  return { names: given.filter(isName), files };
};

interface Content {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly description?: unknown };
}
const read = async (
  client: Client,
  name: DocumentName,
  version: number | undefined,
  given: string,
): Promise<Content> => {
  const query = version === undefined ? {} : { version };
  try {
    const params = { kind: "Experiment" as const, name };
    const { content } = await client.call("GET /api/v1/documents/:kind/:name", { params, query });
    return content as Content;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    throw usage(
      `${given}: no such file, and ${client.url} holds no such experiment; \`squall get experiments\` lists what it holds`,
    );
  }
};

/** Throws a usage error for a name that the server does not know. */
export const readStored = async (
  client: Client,
  mesh: LoadedMesh,
  names: readonly string[],
  options: NamespaceOptions,
): Promise<readonly (Startable & { readonly labels: Readonly<Record<string, string>> })[]> =>
  Promise.all(
    names.map(async (given) => {
      const [, text = "", at] = NAME.exec(given)!;
      const name = namedDocument(text, options);
      const version = at === undefined ? undefined : Number(at);
      const content = await read(client, name, version, given);
      const { description } = content.spec ?? {};
      const [document] = readDocuments(JSON.stringify(content), given).documents;
      return {
        ...{ file: null, document: document!, mesh, secrets: [], labels: content.metadata.labels ?? {} },
        experiment: { name, description: typeof description === "string" ? description : "", seed: null },
        stored: { name, ...(version === undefined ? {} : { version }) },
      };
    }),
  );
