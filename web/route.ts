/** Pages are named behind the `#`, so that the server has one page to serve and the address never reaches it. */
import { useSyncExternalStore } from "react";

export type Route = { readonly page: "runs" } | { readonly page: "run"; readonly id: string };

const RUN = /^#\/runs\/([^/]+)$/;
export const routeOf = (hash: string): Route => {
  const [, id] = RUN.exec(hash) ?? [];
  try {
    return id === undefined ? { page: "runs" } : { page: "run", id: decodeURIComponent(id) };
  } catch {
    return { page: "runs" };
  }
};
export const RUNS_HREF = "#/";
export const runHref = (id: string): string => `#/runs/${encodeURIComponent(id)}`;

const listen = (onChange: () => void) => {
  window.addEventListener("hashchange", onChange);
  return () => window.removeEventListener("hashchange", onChange);
};
export const useRoute = (): Route => routeOf(useSyncExternalStore(listen, () => window.location.hash));
