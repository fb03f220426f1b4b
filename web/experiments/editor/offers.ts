/** Completions at a cursor: keys and values of the schema, names of the mesh in force. Pure. */

import type { DocumentPath } from "../../../experiments/model/document/issue.ts";
import { explainField, type FieldDocs } from "../../../experiments/model/explain/experiment.ts";
import { faultKinds } from "../../../experiments/model/faults/index.ts";
import { experimentFile } from "../../../experiments/model/form/experiment.ts";
import { defOf, schemasAt, unwrap } from "../../../experiments/model/form/schema-walk.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { probeKinds } from "../../../experiments/model/probes/index.ts";
import type { Cursor } from "./cursor.ts";

export interface Offer {
  readonly label: string;
  readonly kind: "key" | "value" | "name";
  /** Short form of the allowed values. */
  readonly detail: string;
  /** Meaning, in sentences; empty: unknown. */
  readonly info: string;
  /** Text to insert; the cursor goes to the `|` in this text, else to the end. */
  readonly apply: string;
  /** Comes before others. */
  readonly first: boolean;
}
/** Docs of the key at a path; null: no such field, or no schema for the fields below. */
export const docsOf = (path: DocumentPath): FieldDocs | null => {
  const words = path.filter((part) => typeof part === "string");
  if (words.length === 0 || words.some((word) => word.includes("."))) return null;
  const explained = explainField(`experiment.${words.join(".")}`);
  return "docs" in explained ? explained.docs : null;
};
export const sentencesOf = ({ summary, default: otherwise, example, required }: FieldDocs): string =>
  [
    summary,
    required ? "Required." : "",
    otherwise === undefined || otherwise === "{}" || otherwise === "" ? "" : `Default: ${otherwise}.`,
    example === undefined ? "" : `Example: ${example}`,
  ]
    .filter((part) => part !== "")
    .join(" ");

const formsAt = (path: DocumentPath) => schemasAt(experimentFile, path).flatMap(unwrap);
const isCollection = (path: DocumentPath): boolean => {
  const forms = formsAt(path);
  return forms.length > 0 && forms.every((form) => ["object", "array"].includes(defOf(form).type));
};
/** Start of a key's value: top-level maps of the file on separate lines, small maps on a single line. */
const openingOf = (path: DocumentPath, { inFlow, indent }: Cursor, dash: string): string => {
  // A value with a single-word form is written in that form.
  if (!isCollection(path)) return ": ";
  const forms = formsAt(path);
  const own = " ".repeat(indent + dash.length + 2);
  if (defOf(forms[0]!).type === "array") return inFlow || !isCollection([...path, 0]) ? ": [|]" : `:\n${own}- `;
  const keys = forms.flatMap((form) => Object.keys(defOf(form).shape ?? {}));
  return inFlow || !keys.some((key) => isCollection([...path, key])) ? ": { | }" : `:\n${own}`;
};

const KINDS: readonly (readonly string[])[] = [Object.keys(faultKinds), Object.keys(probeKinds)];
/**
 * A fault has a single kind and an expectation a single probe: once the kind or probe is written, the others are not
 * offered.
 */
const isTaken = (path: DocumentPath, key: string, beside: ReadonlyMap<string, string>): boolean => {
  const kinds = path.length === 3 ? KINDS.find((some) => some.includes(key)) : undefined;
  return kinds?.some((kind) => beside.has(kind)) ?? false;
};
const keysAt = (cursor: Cursor): readonly Offer[] => {
  const { path, beside } = cursor;
  const forms = formsAt(path);
  const inList = !cursor.inFlow && forms.some((form) => defOf(form).element !== undefined);
  const from = inList ? [...path, 0] : path;
  const dash = inList ? "- " : "";
  const keys = new Set(formsAt(from).flatMap((form) => Object.keys(defOf(form).shape ?? {})));
  return [...keys]
    .filter((key) => !beside.has(key) && !isTaken(from, key, beside))
    .map((key) => {
      const docs = docsOf([...from, key]);
      return {
        label: `${dash}${key}`,
        kind: "key",
        detail: docs?.type ?? "",
        info: docs === null ? "" : sentencesOf(docs),
        apply: `${dash}${key}${openingOf([...from, key], cursor, dash)}`,
        first: docs?.required ?? false,
      } as const;
    });
};

const offer = (label: string, kind: Offer["kind"], detail: string, first = false): Offer => ({
  ...{ label, kind, detail, first, info: "", apply: label },
});
/** YAML text of a value: JSON on a single line is YAML too, and plain words need no quotes. */
const plainOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const wordsAt = (path: DocumentPath): readonly Offer[] =>
  formsAt(path).flatMap((form) => {
    const { type, entries, values } = defOf(form);
    const given = entries ? Object.values(entries) : (values ?? (type === "boolean" ? [true, false] : []));
    return given.map((value) =>
      value === "*" ? offer('"*"', "value", "any") : offer(plainOf(value), "value", "", true),
    );
  });
const exampleAt = (path: DocumentPath): readonly Offer[] => {
  const example = docsOf(path)?.example?.split(", or ")[0];
  return example === undefined || /^[*{[]/.test(example) ? [] : [offer(example, "value", "example")];
};

/** Keys under which the name of a service stands, and no other name. */
const isOfService = (path: DocumentPath): boolean => {
  const [top, , ...rest] = path;
  const type = docsOf(path)?.type ?? "";
  return top === "spec" && rest.length > 0 && /^DNS label$|^service/.test(type);
};
const isOfServices = (path: DocumentPath): boolean => path.slice(0, 3).join() === "spec,limits,services";
const servicesAt = ({ path, beside }: Cursor, mesh: Mesh): readonly Offer[] => {
  const key = path.at(-1);
  const [from, to] = [beside.get("from"), beside.get("to")];
  const isMeant = (name: string): boolean => {
    if (key === "from") return mesh.edges.some((edge) => edge.from === name && (!to || edge.to === to));
    if (key === "to" && path.some((part) => ["edge", "traffic", "of", "per"].includes(String(part))))
      return mesh.edges.some((edge) => edge.to === name && (!from || edge.from === from));
    return true;
  };
  return mesh.services.map(({ name, labels }) => {
    const tags = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    return offer(name, "name", tags.join(" ") || "service", isMeant(name));
  });
};
/** Edges to choose from where a map has `from` and `to`: a single choice fills both. */
const edgesAt = (path: DocumentPath, mesh: Mesh): readonly Offer[] => {
  const forms = formsAt(path);
  const keys = forms.flatMap((form) => Object.keys(defOf(form).shape ?? {}));
  if (!keys.includes("from") || !keys.includes("to")) return [];
  const isShort = forms.some((form) => defOf(form).type === "string");
  return mesh.edges.map(({ from, to, at, protocol }) => {
    // An arrow alone means the edge at the caller.
    if (at !== undefined) return offer(`{ from: ${from}, to: ${to}, at: ${at} }`, "name", protocol, true);
    return offer(isShort ? `${from} -> ${to}` : `{ from: ${from}, to: ${to} }`, "name", protocol, true);
  });
};
const valuesAt = (cursor: Cursor, mesh: Mesh | null): readonly Offer[] => {
  const { path } = cursor;
  if (mesh !== null && (isOfServices(path) || isOfService(path)))
    return [...servicesAt(cursor, mesh), ...wordsAt(path)];
  return [...(mesh === null ? [] : edgesAt(path, mesh)), ...wordsAt(path), ...exampleAt(path)];
};

export const offersAt = (cursor: Cursor, mesh: Mesh | null): readonly Offer[] => {
  if (cursor.at === "value") return valuesAt(cursor, mesh);
  // An item of a list may be a map or a word.
  const last = cursor.path.at(-1);
  return [...keysAt(cursor), ...(typeof last === "number" ? valuesAt(cursor, mesh) : [])];
};
