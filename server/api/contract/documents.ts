import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { flag, instant, name, next, page, versionAsked } from "./words.ts";

export const KINDS = ["Mesh", "Experiment", "Schedule", "Policy"] as const;
export const kind = z.enum(KINDS);
export type Kind = z.output<typeof kind>;

/** A document as it was applied, in file form, without its content. */
export const documentView = z.object({
  kind,
  name: z.string(),
  /** From 1, +1 with each change. */
  version: z.int(),
  /** SHA-256 of the content, hex; in quotes it is the ETag. */
  digest: z.string(),
  appliedBy: z.string(),
  appliedAt: instant,
  deleted: z.boolean(),
});
export type DocumentView = Frozen<z.output<typeof documentView>>;
export const storedDocument = documentView.extend({ content: z.unknown() });
export type StoredDocument = Frozen<z.output<typeof storedDocument>>;

/** One place where two documents differ. Absent `before`: it is new; absent `after`: it is gone. */
export const change = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type Change = Frozen<z.output<typeof change>>;

const documentName = z.strictObject({ kind, name });
const ifMatch = z.looseObject({
  /** `*`: the write holds only where no such document exists; an ETag: only where that version is not there. Else 412. */
  "if-none-match": z.string().max(200).optional(),
  /** The ETag of the version that is to be replaced: another one there is answered 412. `*`: any. */
  "if-match": z.string().max(200).optional(),
});

export const documents = {
  "GET /api/v1/documents": {
    summary: "Lists the applied documents by kind and name, without their content",
    query: z.strictObject({ ...page.shape, kind: kind.optional() }),
    reply: z.object({ documents: z.array(documentView), next }),
  },
  "GET /api/v1/documents/:kind/:name": {
    summary: "Reads one document, its newest version unless one is named",
    params: documentName,
    query: z.strictObject({ version: versionAsked.optional() }),
    reply: storedDocument,
  },
  "PUT /api/v1/documents/:kind/:name": {
    summary: "Applies a document: a new version if its content differs; with dryRun only the difference",
    params: documentName,
    query: z.strictObject({ dryRun: flag }),
    headers: ifMatch,
    /** The document in file form, variables already substituted. */
    body: z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) }),
    reply: z.object({
      outcome: z.enum(["created", "changed", "unchanged"]),
      /** As it stands now; of a dry run: as it stood before, null where there was none. */
      document: documentView.nullable(),
      changes: z.array(change),
    }),
    otherStatus: 201,
  },
  "DELETE /api/v1/documents/:kind/:name": {
    summary: "Deletes a document; its versions stay readable",
    params: documentName,
    query: z.strictObject({ dryRun: flag }),
    headers: ifMatch,
    reply: z.object({ document: documentView }),
  },
  "GET /api/v1/documents/:kind/:name/versions": {
    summary: "Lists the versions of one document, newest first",
    params: documentName,
    query: page,
    reply: z.object({ versions: z.array(documentView), next }),
  },
} as const satisfies Record<string, Route>;
