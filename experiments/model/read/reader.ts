/**
 * The reader of a kind of document: limits, then schema and rules, then the model; for files and for data without a
 * file.
 */
import type { z } from "zod";
import type { Document } from "../document/document.ts";
import { byPlace, type FileIssue, type Issue } from "../document/issue.ts";
import { withDefaults } from "../document/variables.ts";
import { checkSchema, type SchemaResult } from "../form/issues.ts";
import { limitIssues } from "../form/limits.ts";

interface Parts<Noun extends string, Form extends z.ZodType, Model> {
  /** Key of the model in the answers: `{ experiment }` or `{ problems }`. */
  readonly noun: Noun;
  readonly form: Form;
  /** Issues that no schema can state, found in any part of the data that is well formed. */
  readonly rules: (value: unknown) => readonly Issue[];
  readonly toModel: (file: z.output<Form>) => Model;
  /** Issues of a whole model, looked for once the rest is right. */
  readonly modelRules?: (model: Model, value: unknown) => readonly Issue[];
  /** Most values of a document. */
  readonly limit?: number;
}
type Named<Noun extends string, Model> = { readonly [Key in Noun]: Model };

/** Builds `read`, `parse` and `validate` for a kind of document. */
export const reader = <Noun extends string, Form extends z.ZodType, Model>(parts: Parts<Noun, Form, Model>) => {
  const { noun, form, rules, toModel, modelRules = () => [], limit } = parts;
  const named = <Value>(value: Value) => ({ [noun]: value }) as Named<Noun, Value>;

  const readValue = (value: unknown): SchemaResult<Model> => {
    const tooLarge = limitIssues(value, limit);
    if (tooLarge.length > 0) return { issues: tooLarge };
    const checked = checkSchema(form, value);
    const broken = rules(value);
    if ("issues" in checked || broken.length > 0) {
      return { issues: [...("issues" in checked ? checked.issues : []), ...broken] };
    }
    const model = toModel(checked.data);
    const issues = modelRules(model, value);
    return issues.length === 0 ? { data: model } : { issues };
  };

  /** Reads a document into the model, or returns every issue with line and column in the file. */
  const read = (document: Document): Named<Noun, Model> | { readonly problems: readonly FileIssue[] } => {
    const result = readValue(document.value);
    return "data" in result
      ? named(result.data)
      : { problems: result.issues.map((issue) => document.locate(issue)).sort(byPlace) };
  };

  /** Reads data without a file, such as the body of an API request. */
  const parse = (value: unknown): Named<Noun, Model> | { readonly problems: readonly Issue[] } => {
    const result = readValue(value);
    return "data" in result ? named(result.data) : { problems: result.issues };
  };

  /**
   * Validates a document without an environment: every default is put in, and a value that still contains a `${NAME}`
   * has no issues. The model is null when such a value prevents building the model.
   */
  const validate = (document: Document): Named<Noun, Model | null> & { readonly problems: readonly FileIssue[] } => {
    const { filled, malformed, isOpen } = withDefaults(document);
    const result = readValue(filled.value);
    if ("data" in result && malformed.length === 0) return { ...named<Model | null>(result.data), problems: [] };
    const closed = "data" in result ? [] : result.issues.filter((issue) => !isOpen(issue));
    const problems = [...malformed, ...closed.map((issue) => document.locate(issue))].sort(byPlace);
    return { ...named<Model | null>(null), problems };
  };
  return { read, parse, validate };
};
