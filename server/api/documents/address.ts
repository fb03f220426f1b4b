/** Address of a document in a request: the path has the name, the query the namespace. */

import type { DocumentName } from "../../../experiments/model/names.ts";
import { documentName, splitDocumentName } from "../../../experiments/model/notation/document-name.ts";

export interface DocumentAddress {
  readonly params: { readonly name: string };
  readonly query: { readonly namespace: string };
}
/** Qualified name of the document that the request addresses. */
export const addressedName = ({ params, query }: DocumentAddress): DocumentName =>
  documentName(params.name, query.namespace);
/** Filter of a list by namespace; undefined: every document. */
export const isInNamespace =
  (namespace: string | undefined) =>
  ({ name }: { readonly name: DocumentName }): boolean =>
    namespace === undefined || splitDocumentName(name).namespace === namespace;
