/** Checks answers of a server against the server's OpenAPI document: status, content type, headers and body. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

// biome-ignore lint/suspicious/noExplicitAny: a document is looked at key by key.
type Node = any;

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Body text; null: a stream that was left before the end. */
  readonly text: string | null;
}
/** `{event, id, data}` of each complete server-sent event. */
export const eventsIn = (text: string): readonly Readonly<Record<string, string>>[] =>
  text
    .split("\n\n")
    .slice(0, -1)
    .map((block) => block.split("\n").filter((line) => !line.startsWith(":")))
    .filter((lines) => lines.length > 0)
    .map((lines) => Object.fromEntries(lines.map((line) => line.split(/: (.*)/, 2) as [string, string])));
const itemsIn = (type: string, text: string): readonly unknown[] =>
  type === "text/event-stream"
    ? eventsIn(text)
    : text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line));

export class Described {
  readonly #document: Node;
  readonly #ajv: Ajv2020;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: unknown) {
    this.#document = document;
    // Formats are hints; `x-…` and OpenAPI's own keywords are no JSON Schema.
    this.#ajv = new Ajv2020({ strict: false, validateFormats: false });
    this.#ajv.addSchema(document as object, "openapi.json");
  }
  resolve(node: Node): Node {
    const { $ref } = node;
    if (typeof $ref !== "string") return node;
    return $ref
      .slice(2)
      .split("/")
      .reduce((inner: Node, key) => inner[key], this.#document);
  }
  operation(method: string, template: string): Node {
    return this.#document.paths[template]?.[method.toLowerCase()] ?? null;
  }
  #check(pointer: string, value: unknown): string | null {
    const known = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `openapi.json#${pointer}` });
    this.#compiled.set(pointer, known);
    return known(value) ? null : this.#ajv.errorsText(known.errors, { dataVar: "answer" });
  }
  /** The part of an answer that the document does not describe; null: fully described. */
  problemOf(method: string, template: string, { status, headers, text }: Answered): string | null {
    const escaped = template.replaceAll("/", "~1");
    const operation = this.operation(method, template);
    if (operation === null) return `${method} ${template} is not described`;
    const given = operation.responses[String(status)];
    if (given === undefined) return `the status ${status} is not described`;
    const response = this.resolve(given);
    for (const [name, header] of Object.entries<Node>(response.headers ?? {}))
      if (this.resolve(header).required === true && headers[name.toLowerCase()] === undefined)
        return `${status} has no ${name}`;
    const at = given.$ref?.slice(1) ?? `/paths/${escaped}/${method.toLowerCase()}/responses/${status}`;
    const types = Object.keys(response.content ?? {});
    const type = String(headers["content-type"] ?? "").split(";")[0]!;
    if (types.length === 0) return text === "" || text === null ? null : `${status} has a body, and none is described`;
    if (!types.includes(type)) return `${status} is of type ${type}, described is ${types}`;
    const content = `${at}/content/${type.replaceAll("/", "~1")}/schema`;
    const { schema } = response.content[type];
    if (/[/+]json$/.test(type)) return this.#check(content, JSON.parse(text!));
    if (schema.anyOf === undefined) return this.#check(content, text);
    for (const item of itemsIn(type, text ?? "")) {
      const problem = this.#check(`${content}/anyOf/1`, item) ?? this.#problemOfData(schema.anyOf[1].$ref, item);
      if (problem !== null) return `${problem}, in ${JSON.stringify(item).slice(0, 200)}`;
    }
    return null;
  }
  /** The JSON in an event's data. */
  #problemOfData(event: string | undefined, item: unknown): string | null {
    const { data } = item as { readonly data?: unknown };
    if (event === undefined || typeof data !== "string") return null;
    return this.#check(`${event.slice(1)}/properties/data/contentSchema`, JSON.parse(data));
  }
}
