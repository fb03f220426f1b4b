/**
 * Saving in two steps: a preview, then exactly the previewed change. The save is bound to the previewed version, or to
 * the absence of any version: a document that another user saved meanwhile is never overwritten.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { nameInMetadata } from "../../experiments/model/notation/document-name.ts";
import type { Api, DocumentView, Kind } from "../../server/contract/index.ts";
import { ApiError } from "../api/client.ts";
import { refetch } from "../api/queries.ts";
import { useClient } from "../api/use-client.ts";

/** Document in file form, as stored. */
export interface Content {
  readonly [key: string]: unknown;
  readonly kind: string;
  readonly metadata: {
    readonly [key: string]: unknown;
    readonly name: string;
    readonly namespace?: string | undefined;
  };
}
type Rehearsal = Api["PUT /api/v1/documents/:kind/:name"]["reply"];
export type Saving =
  | { readonly is: "idle" }
  | { readonly is: "asking"; readonly content: Content }
  /** Preview of the change; `rehearsal` has the stored version to replace, and the save is bound to that version. */
  | { readonly is: "shown"; readonly content: Content; readonly rehearsal: Rehearsal }
  /** Another user saved a version since this text was begun. */
  | { readonly is: "overtaken"; readonly content: Content; readonly error: Error }
  /** `isTried`: true if the save was refused, false if the preview was. */
  | { readonly is: "refused"; readonly content: Content; readonly error: Error; readonly isTried: boolean };

const OVERTAKEN = 412;
const isOvertaken = (error: unknown) => error instanceof ApiError && error.status === OVERTAKEN;
/** Precondition of a write: any version, no version, or the version with this digest. */
type Base = "any" | "none" | { readonly digest: string };
const preconditionOf = (base: Base): Readonly<Record<string, string>> => {
  if (base === "any") return {};
  return base === "none" ? { "if-none-match": "*" } : { "if-match": `"${base.digest}"` };
};

export const useSaving = (kind: Kind, onSaved: (document: DocumentView, content: Content) => void) => {
  const client = useClient();
  const queries = useQueryClient();
  const [saving, setSaving] = useState<Saving>({ is: "idle" });
  const put = (content: Content, base: Base, dryRun: boolean) => {
    const params = { kind, name: nameInMetadata(content.metadata) } as const;
    const headers = preconditionOf(base);
    return client.call("PUT /api/v1/documents/:kind/:name", { params, query: { dryRun }, body: content, headers });
  };
  const failed = (content: Content, thrown: unknown, isTried: boolean) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    setSaving(isOvertaken(error) ? { is: "overtaken", content, error } : { is: "refused", content, error, isTried });
  };
  return {
    saving,
    leave: () => setSaving({ is: "idle" }),
    /**
     * Requests a preview. `base`: digest of the version that the text was made from; null: any stored version is
     * previewed, and replaced on confirmation.
     */
    async rehearse(content: Content, base: string | null) {
      setSaving({ is: "asking", content });
      try {
        const rehearsal = await put(content, base === null ? "any" : { digest: base }, true);
        setSaving({ is: "shown", content, rehearsal });
      } catch (error) {
        failed(content, error, false);
      }
    },
    async confirm(content: Content, { document }: Rehearsal) {
      setSaving({ is: "asking", content });
      try {
        const before: Base = document === null || document.deleted ? "none" : { digest: document.digest };
        const done = await put(content, before, false);
        setSaving({ is: "idle" });
        refetch(queries);
        onSaved(done.document!, content);
      } catch (error) {
        failed(content, error, true);
      }
    },
  };
};
