/** Method and path of a request to the API, for every client: the command line and the dashboard. Pure. */
import { DOCUMENT_NAME, splitDocumentName } from "../../experiments/model/notation/document-name.ts";
import type { RouteName } from "../contract/index.ts";

/** Values of params or of a query, by name. */
export type Values = Readonly<Record<string, unknown>>;

/** Routes that address a document: the name stands in the path, the namespace in the query. */
const ADDRESSES_DOCUMENT = /^\/api\/v1\/(?:documents\/:kind|schedules)\/:name/;
/** Splits a qualified name; text of another form goes as given, and the server refuses the text. */
const addressed = (template: string, params: Values, query: Values): readonly [Values, Values] => {
  const { name } = params;
  if (typeof name !== "string" || !name.includes("/") || !ADDRESSES_DOCUMENT.test(template)) return [params, query];
  if (!DOCUMENT_NAME.test(name)) return [params, query];
  const parts = splitDocumentName(name);
  return [
    { ...params, name: parts.name },
    { ...query, namespace: parts.namespace },
  ];
};

const pairOf = ([name, value]: readonly [string, unknown]): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;

/**
 * Fills a route's params and query in. The param `name` of a document is the qualified name.
 * @returns the method, and the path with its query. A query value that is `undefined` is left out; an empty text is sent.
 * @throws Error for a param that is not given: the path of another route would come of it.
 */
export const pathOf = (route: RouteName, params: Values = {}, query: Values = {}): readonly [string, string] => {
  const [method, template] = route.split(" ") as [string, string];
  const [ofPath, ofQuery] = addressed(template, params, query);
  const path = template.replace(/:(\w+)/g, (_, name: string) => {
    const value = ofPath[name];
    if (value === undefined) throw new Error(`${route}: the param ${name} has no value`);
    return encodeURIComponent(String(value));
  });
  const given = Object.entries(ofQuery).filter(([, value]) => value !== undefined);
  return [method, given.length === 0 ? path : `${path}?${given.map(pairOf).join("&")}`];
};
