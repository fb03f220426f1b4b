/**
 * Qualified names: the identity of a document as a single text, `x` in the namespace `default` and `shop/x` elsewhere.
 * Stores, journals, audit log and messages carry this text; other files neither join nor split the parts.
 */
import { type DocumentName, NAME } from "../names.ts";

/** Namespace of documents that name none. */
export const DEFAULT_NAMESPACE = "default";
/** Characters of the longest qualified name: two DNS labels and the slash. */
export const LONGEST_DOCUMENT_NAME = 63 + 1 + 63;
const LABEL = NAME.source.slice(1, -1);
/** Pattern of a qualified name, and of a reference to another document. */
export const DOCUMENT_NAME = new RegExp(`^(?:${LABEL}/)?${LABEL}$`);

/** Qualified name of the document `name` in a namespace. */
export const documentName = (name: string, namespace: string = DEFAULT_NAMESPACE): DocumentName =>
  namespace === DEFAULT_NAMESPACE ? name : `${namespace}/${name}`;

export interface NameParts {
  readonly namespace: string;
  /** `metadata.name`. */
  readonly name: string;
}
/** Namespace and `metadata.name` of a qualified name; `default/x` reads as `x`. */
export const splitDocumentName = (qualified: DocumentName): NameParts => {
  const slash = qualified.indexOf("/");
  return slash === -1
    ? { namespace: DEFAULT_NAMESPACE, name: qualified }
    : { namespace: qualified.slice(0, slash), name: qualified.slice(slash + 1) };
};
/**
 * Reads a reference: `x` is the document of the referring document's own namespace, `shop/x` and `default/x` name the
 * namespace.
 */
export const resolveDocumentName = (reference: string, own: string = DEFAULT_NAMESPACE): DocumentName => {
  const { namespace, name } = splitDocumentName(reference);
  return documentName(name, reference.includes("/") ? namespace : own);
};

/** Qualified name of a document in file form, with the parts as written. */
export const nameInMetadata = ({
  name,
  namespace,
}: {
  readonly name: string;
  readonly namespace?: unknown;
}): DocumentName => documentName(name, typeof namespace === "string" ? namespace : DEFAULT_NAMESPACE);

/** File name of a document, different for each: `shop.x`. No name contains a dot. */
export const fileNameOfDocument = (qualified: DocumentName): string => qualified.replace("/", ".");
/** Qualified name of a file name that `fileNameOfDocument` made. */
export const documentNameOfFile = (file: string): DocumentName => file.replace(".", "/");
