import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { flag, inNamespace, instant, name, namespaceAsked, next, page, versionAsked } from "./words.ts";

export const KINDS = ["Mesh", "Experiment", "Schedule", "Policy"] as const;
export const kind = z.enum(KINDS).meta({ id: "Kind" });
export type Kind = z.output<typeof kind>;

/** A document in file form as applied, without the content. */
export const documentView = z
  .object({
    kind,
    name: z.string().describe("`metadata.name`, after `namespace/` where that is not `default`."),
    version: z.int().describe("From 1, +1 with each change."),
    digest: z.string().describe("SHA-256 of the content, hex; in quotes it is the ETag."),
    appliedBy: z.string(),
    appliedAt: instant,
    deleted: z.boolean(),
  })
  .meta({ id: "DocumentVersion" });
export type DocumentView = Frozen<z.output<typeof documentView>>;
export const storedDocument = documentView
  .extend({ content: z.unknown().describe("The document in file form.") })
  .meta({ id: "StoredDocument" });
export type FullDocument = Frozen<z.output<typeof storedDocument>>;

/** A place where two documents differ. Absent `before`: added; absent `after`: removed. */
export const change = z
  .object({
    path: z.array(z.union([z.string(), z.number()])),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .meta({ id: "Change" });
export type Change = Frozen<z.output<typeof change>>;

const documentName = z.strictObject({ kind, name });
const ifMatch = z.looseObject({
  "if-none-match": z
    .string()
    .max(200)
    .optional()
    .describe(
      "`*`: the write holds only where no such document exists; an ETag: only where that version is not there. Else 412.",
    ),
  "if-match": z
    .string()
    .max(200)
    .optional()
    .describe("The ETag of the version that is to be replaced: another one there is answered 412. `*`: any."),
});

export const documents = {
  "GET /api/v1/documents": {
    operation: "listDocuments",
    summary: "Lists the applied documents by kind and name, with the content on request",
    query: z.strictObject({
      ...page.shape,
      kind: kind.optional(),
      namespace: namespaceAsked,
      content: flag.default(false).describe("With what each says, in file form."),
    }),
    reply: z.object({
      documents: z.array(documentView.extend({ content: z.unknown().optional() }).meta({ id: "ListedDocument" })),
      next,
    }),
  },
  "GET /api/v1/documents/:kind/:name": {
    operation: "readDocument",
    errors: ["no-such-document"],
    summary: "Reads a document, in the newest version unless the request names another",
    params: documentName,
    query: z.strictObject({ ...inNamespace, version: versionAsked.optional() }),
    reply: storedDocument,
  },
  "PUT /api/v1/documents/:kind/:name": {
    operation: "applyDocument",
    errors: ["changed-meanwhile", "invalid-document"],
    summary: "Applies a document: stores a new version if the content differs; with dryRun only shows the difference",
    params: documentName,
    query: z.strictObject({
      ...inNamespace,
      dryRun: flag.default(false).describe("Check everything, tell the difference, store nothing."),
    }),
    headers: ifMatch,
    body: z.looseObject({
      kind: z.string(),
      metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
    }),
    bodyForm: z
      .union(KINDS.map((kind) => z.unknown().meta({ "x-file": kind })))
      .describe("The document in file form, of the kind, name and namespace that the request says."),
    reply: z.object({
      outcome: z.enum(["created", "changed", "unchanged"]),
      document: documentView
        .nullable()
        .describe("As it stands now; of a dry run: as it stood before, null where there was none."),
      changes: z.array(change),
    }),
    otherStatus: 201,
  },
  "DELETE /api/v1/documents/:kind/:name": {
    operation: "deleteDocument",
    errors: ["no-such-document", "in-use", "changed-meanwhile", "invalid-document"],
    summary: "Deletes a document; its versions stay readable",
    params: documentName,
    query: z.strictObject({
      ...inNamespace,
      dryRun: flag.default(false).describe("Check everything, tell the difference, store nothing."),
    }),
    headers: ifMatch,
    reply: z.object({ document: documentView }),
  },
  "GET /api/v1/documents/:kind/:name/versions": {
    operation: "listVersions",
    errors: ["no-such-document"],
    summary: "Lists the versions of a document, newest first",
    params: documentName,
    query: page.extend(inNamespace),
    reply: z.object({ versions: z.array(documentView), next }),
  },
} as const satisfies Record<string, Route>;
