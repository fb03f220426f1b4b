/**
 * Routes of the dashboard. The page name stands behind the `#`: the server has a single page to serve and never sees
 * the route.
 */
import { useSyncExternalStore } from "react";
import { asRunId, type RunId } from "../experiments/model/names.ts";

/** `query`: filters of the page, so that a filtered page can be linked. */
export type Route = (
  | {
      readonly page:
        | "mesh"
        | "runs"
        | "experiments"
        | "agents"
        | "schedules"
        | "policies"
        | "tokens"
        | "audit"
        | "settings"
        | "unknown";
    }
  | { readonly page: "run"; readonly id: RunId }
  /** Experiment page of a stored experiment; name null: a new experiment. */
  | { readonly page: "experiment"; readonly name: string | null }
  /** Sign-in with a ticket. */
  | { readonly page: "enter"; readonly ticket: string }
) & { readonly query: URLSearchParams };

const PLAIN = [
  "mesh",
  "runs",
  "experiments",
  "agents",
  "schedules",
  "policies",
  "tokens",
  "audit",
  "settings",
] as const;
export type Plain = (typeof PLAIN)[number];
const isPlain = (word: string): word is Plain => (PLAIN as readonly string[]).includes(word);

const partsOf = (path: string): readonly string[] | null => {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return null;
  }
};
export const routeOf = (hash: string): Route => {
  const [path = "", search = ""] = hash.replace(/^#/, "").split("?", 2);
  const query = new URLSearchParams(search);
  const [first, second, ...rest] = partsOf(path) ?? ["unknown"];
  if (rest.length > 0) return { page: "unknown", query };
  if (first === undefined) return { page: "mesh", query };
  if (second === undefined) return { page: isPlain(first) ? first : "unknown", query };
  if (first === "runs") return { page: "run", id: asRunId(second), query };
  if (first === "experiments") return { page: "experiment", name: second === "new" ? null : second, query };
  if (first === "enter") return { page: "enter", ticket: second, query };
  return { page: "unknown", query };
};

type Query = Readonly<Record<string, string | undefined>>;
const withQuery = (path: string, query: Query = {}): string => {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};
export const pageHref = (page: Plain, query?: Query): string => withQuery(`#/${page}`, query);
export const runHref = (id: RunId, query?: Query): string => withQuery(`#/runs/${encodeURIComponent(id)}`, query);
/**
 * Address of an experiment page; null: a new experiment. A stored experiment named `new` cannot be opened by this
 * address, which shows the page of a new experiment.
 */
export const experimentHref = (name: string | null, query?: Query): string =>
  withQuery(`#/experiments/${encodeURIComponent(name ?? "new")}`, query);

export const go = (href: string): void => {
  window.location.hash = href;
};
/** The same page, narrowed otherwise, without a step in the history. */
export const replace = (href: string): void => {
  window.history.replaceState(window.history.state, "", href);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
};

const listen = (onChange: () => void) => {
  window.addEventListener("hashchange", onChange);
  return () => window.removeEventListener("hashchange", onChange);
};
const hashNow = () => window.location.hash;
export const useRoute = (): Route => routeOf(useSyncExternalStore(listen, hashNow));
