/** Method and path of a request to the API, for every client: the command line and the dashboard. Pure. */
import type { RouteName } from "../contract/index.ts";

/** Values of params or of a query, by name. */
export type Values = Readonly<Record<string, unknown>>;

const pairOf = ([name, value]: readonly [string, unknown]): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;

/**
 * Fills a route's params and query in.
 * @returns the method, and the path with its query. A query value that is `undefined` is left out; an empty text is sent.
 * @throws Error for a param that is not given: the path of another route would come of it.
 */
export const pathOf = (route: RouteName, params: Values = {}, query: Values = {}): readonly [string, string] => {
  const [method, template] = route.split(" ") as [string, string];
  const path = template.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${route}: the param ${name} has no value`);
    return encodeURIComponent(String(value));
  });
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return [method, given.length === 0 ? path : `${path}?${given.map(pairOf).join("&")}`];
};
