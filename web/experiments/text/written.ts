/** A stored document as a text to edit, in the manner of the files that people write. Pure. */
import { Document, isMap, isScalar, type Node, visit } from "yaml";

/** Longest text kept on a single line. */
const WIDTH = 100;
/** Least depth of maps written on a single line: each key of the maps above stands on a separate line. */
const BONES = 2;

const isShort = (node: Node, depth: number): boolean =>
  isMap(node) &&
  node.items.length > 0 &&
  node.items.every(({ value }) => isScalar(value) || (isMap(value) && isShort(value, depth + 1))) &&
  JSON.stringify(node.toJSON()).length + 2 * depth < WIDTH;

/** Envelope keys in the usual order, independent of the stored order. */
const ENVELOPE = ["apiVersion", "kind", "metadata", "spec"];
const inOrder = (content: unknown): unknown => {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return content;
  const entries = Object.entries(content);
  const known = ENVELOPE.flatMap((key) => entries.filter(([own]) => own === key));
  return Object.fromEntries([...known, ...entries.filter(([key]) => !ENVELOPE.includes(key))]);
};

/** Reads back as the same value. */
export const writtenOf = (content: unknown): string => {
  const document = new Document(inOrder(content), { aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node, path) {
      const depth = path.filter((one) => isMap(one)).length;
      if (depth >= BONES && isShort(node, depth)) {
        node.flow = true;
        return visit.SKIP;
      }
      return undefined;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
};
/** True if the text has YAML comments, which the server does not store. Rough: a `#` within a value counts too. */
export const hasNotes = (text: string): boolean => /^\s*#(?! yaml-language-server:)|\s#\s/m.test(text);
