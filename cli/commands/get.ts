/** `squall get`: the documents that a server holds. The YAML and JSON forms can be applied again as printed. */
import type { DocumentName } from "../../experiments/model/names.ts";
import { json } from "../../experiments/report/escape/json.ts";
import type { DocumentView, FullDocument, Kind } from "../../server/contract/index.ts";
import type { Command, Context } from "../context.ts";
import { yaml } from "../escape/yaml.ts";
import { usage } from "../exit.ts";
import { kindOf, pathOf } from "../files/documents.ts";
import {
  checkNamespaces,
  inNamespace,
  type ListNamespaceOptions,
  namedDocument,
  nameFields,
} from "../files/namespace.ts";
import { allPages, type Client } from "../session/client.ts";
import { openServer, type ServerOptions } from "../session/target.ts";
import { type Field, type FormOptions, formOf, roughly, show } from "../terminal/forms.ts";
import { isMissing, listDocuments, readDocumentFiles } from "./documents.ts";

export interface GetOptions extends ServerOptions, FormOptions, ListNamespaceOptions {
  readonly file?: readonly string[];
  readonly versions?: boolean;
}
interface Named {
  readonly kind: Kind;
  readonly name: DocumentName;
  readonly version?: number;
}
const VERSIONED = /^(.+)@([1-9]\d*)$/;
const namedOf = (kind: Kind, text: string, options: GetOptions): Named => {
  const [, name, version] = VERSIONED.exec(text) ?? [];
  return name === undefined
    ? { kind, name: namedDocument(text, options) }
    : { kind, name: namedDocument(name, options), version: Number(version) };
};

/** Documents that the command names. null: all that exist, of a kind or of all kinds. */
const meant = async (context: Context, options: GetOptions, kind: Kind | undefined, names: readonly string[]) => {
  const { file, namespace } = options;
  if (file === undefined)
    return kind === undefined || names.length === 0 ? null : names.map((one) => namedOf(kind, one, options));
  if (kind !== undefined) throw usage("name either a kind or files, not both");
  const documents = await readDocumentFiles(context, { file, ...(namespace && { namespace }) });
  return documents.map(({ kind, name }): Named => ({ kind, name }));
};

const read = async (client: Client, { kind, name, version }: Named): Promise<FullDocument> => {
  const query = version === undefined ? {} : { version };
  return client.call("GET /api/v1/documents/:kind/:name", { params: { kind, name }, query }).catch((error) => {
    if (!isMissing(error)) throw error;
    throw usage(`${client.url} has no ${pathOf(kind, name)}${version === undefined ? "" : ` of version ${version}`}`);
  });
};

const fieldsOf = (
  { clock }: Context,
  rows: readonly DocumentView[],
  several: boolean,
): readonly Field<DocumentView>[] => [
  { title: "KIND", of: ({ kind }) => kind },
  ...nameFields(rows, { title: "NAME", elastic: 1 }),
  { title: "VERSION", of: ({ version }) => String(version), side: "right" },
  { title: "APPLIED", of: ({ appliedAt }) => `${roughly(clock.wallMs() - Date.parse(appliedAt))} ago` },
  { title: "BY", of: ({ appliedBy }) => appliedBy },
  ...(several ? [{ title: "STATE", of: ({ deleted }: DocumentView) => (deleted ? "deleted" : "") }] : []),
  { title: "DIGEST", of: ({ digest }) => digest.slice(0, 12), wide: true },
];

const versionsOf = (client: Client, { kind, name }: Named): Promise<DocumentView[]> =>
  allPages(
    (cursor) =>
      client.call("GET /api/v1/documents/:kind/:name/versions", {
        params: { kind, name },
        query: { limit: 200, ...(cursor && { cursor }) },
      }),
    ({ versions }) => versions,
  );

/** The documents themselves: a single document as stored, several as a stream that `apply` accepts. */
const showContents = async ({ output }: Context, form: "json" | "yaml", stored: readonly FullDocument[]) => {
  const contents = stored.map(({ content }) => content);
  if (form === "json") {
    output.out(json(contents.length === 1 ? contents[0] : { schemaVersion: 1, documents: contents }, 2));
    return;
  }
  const written = await Promise.all(contents.map(yaml));
  if (written.length > 0) output.out(written.join("\n---\n"));
};

export const get: Command<GetOptions, [kind: string | undefined, names: readonly string[]]> = async (
  context,
  options,
  kindText,
  names,
) => {
  const kind = kindText === undefined ? undefined : kindOf(kindText);
  checkNamespaces(options, names.length > 0 || options.file !== undefined);
  const wanted = await meant(context, options, kind, names);
  const form = formOf(options);
  const client = await openServer(context, options);
  const listing = (rows: readonly DocumentView[], elsewhere = " yet") => ({
    ...{ rows, fields: fieldsOf(context, rows, options.versions === true) },
    document: { schemaVersion: 1, documents: rows },
    none: `${client.url} holds no document${kind === undefined ? "" : ` of kind ${kind}`}${elsewhere}`,
    nameOf: (row: DocumentView) => pathOf(row.kind, row.name) + (options.versions === true ? `@${row.version}` : ""),
  });
  if (options.versions === true) {
    if (wanted === null) throw usage("--versions needs a kind and a name");
    const rows = (await Promise.all(wanted.map((one) => versionsOf(client, one)))).flat();
    await show(context.output, form, listing(rows));
    return 0;
  }
  const listed = wanted === null ? inNamespace(await listDocuments(client, kind), options) : null;
  const named: readonly Named[] = wanted ?? listed!.rows;
  if (form === "json" || form === "yaml") {
    await showContents(context, form, await Promise.all(named.map((one) => read(client, one))));
    return 0;
  }
  const rows = listed?.rows ?? (await Promise.all(named.map((one) => read(client, one))));
  await show(context.output, form, listing(rows, listed?.elsewhere || undefined));
  return 0;
};
