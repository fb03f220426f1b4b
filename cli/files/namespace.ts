/** Namespace of the command line: completes names, and narrows lists. */

import { type DocumentName, NAME } from "../../experiments/model/names.ts";
import {
  DEFAULT_NAMESPACE,
  DOCUMENT_NAME,
  resolveDocumentName,
  splitDocumentName,
} from "../../experiments/model/notation/document-name.ts";
import { usage } from "../exit.ts";
import type { Field } from "../terminal/forms.ts";

export interface NamespaceOptions {
  readonly namespace?: string;
}
export interface ListNamespaceOptions extends NamespaceOptions {
  readonly allNamespaces?: boolean;
}

/** Namespace that the options name. Throws a usage error for text that is no namespace. */
export const namespaceIn = ({ namespace }: NamespaceOptions): string | undefined => {
  if (namespace === undefined || NAME.test(namespace)) return namespace;
  throw usage(`--namespace ${namespace}: expected a name of a-z, 0-9 and "-", 63 characters at most, such as shop`);
};

/**
 * Qualified name of a document named on the command line: `x` of the namespace of the options, or `shop/x`. Throws a
 * usage error where both name a namespace and differ. Text without a slash is judged by the server.
 */
export const namedDocument = (text: string, options: NamespaceOptions): DocumentName => {
  const namespace = namespaceIn(options);
  if (!text.includes("/")) return resolveDocumentName(text, namespace);
  if (!DOCUMENT_NAME.test(text)) throw usage(`${text}: expected a name such as nightly, or shop/nightly`);
  const own = splitDocumentName(text).namespace;
  if (namespace !== undefined && namespace !== own)
    throw usage(`${text} is of the namespace ${own}, and --namespace says ${namespace}: leave one of them out`);
  return resolveDocumentName(text);
};

interface Named {
  readonly name: DocumentName;
}
export interface Narrowed<Row> {
  readonly rows: readonly Row[];
  /** Addition to the sentence that a list is empty; "" where other namespaces are empty, too. */
  readonly elsewhere: string;
}
/** Rows of a list that the options choose: those of `default`, of the named namespace, or all. */
export const inNamespace = <Row extends Named>(all: readonly Row[], options: ListNamespaceOptions): Narrowed<Row> => {
  const namespace = namespaceIn(options) ?? DEFAULT_NAMESPACE;
  if (options.allNamespaces === true) return { rows: all, elsewhere: "" };
  const rows = all.filter(({ name }) => splitDocumentName(name).namespace === namespace);
  const isElsewhere = rows.length === 0 && all.length > 0;
  return { rows, elsewhere: isElsewhere ? ` in the namespace ${namespace}; -A lists those of others` : "" };
};
/** Refuses a text that is no namespace, and options that contradict each other. */
export const checkNamespaces = (options: ListNamespaceOptions, isNamed: boolean): void => {
  const namespace = namespaceIn(options);
  if (options.allNamespaces !== true) return;
  if (namespace !== undefined) throw usage("--namespace and --all-namespaces exclude each other");
  if (isNamed) throw usage("--all-namespaces lists documents; a name means one: write it as namespace/name");
};

/** Columns of namespace and name: the namespace only where a row is not of `default`. */
export const nameFields = <Row extends Named>(
  rows: readonly Row[],
  field: Omit<Field<Row>, "of">,
): readonly Field<Row>[] => {
  const namespaceOf = ({ name }: Row) => splitDocumentName(name).namespace;
  const nameOf = ({ name }: Row) => splitDocumentName(name).name;
  const isShown = rows.some((row) => namespaceOf(row) !== DEFAULT_NAMESPACE);
  return [...(isShown ? [{ title: "NAMESPACE", of: namespaceOf }] : []), { ...field, of: nameOf }];
};
