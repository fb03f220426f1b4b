/** What of the mesh is looked at, as it stands in the address. Pure. */
import { pageHref } from "../route.ts";

export interface MeshAddress {
  readonly view: "graph" | "list" | null;
  /** The label that services are grouped by; null: none, or what is usual for the mesh where `isUsual`. */
  readonly group: string | null;
  readonly isUsual: boolean;
  /** Groups that are open. */
  readonly open: readonly string[];
  /** What is selected: a service, an edge (`a->b`), or edges drawn as one (`x=>y`). */
  readonly at: string | null;
}
/** No label is called so: it could not be told from no grouping. */
const NO_GROUP = "-";

export const meshAddressOf = (query: URLSearchParams): MeshAddress => {
  const [view, group] = [query.get("view"), query.get("group")];
  return {
    view: view === "graph" || view === "list" ? view : null,
    group: group === NO_GROUP ? null : group,
    isUsual: group === null,
    open: query
      .getAll("open")
      .flatMap((values) => values.split("|"))
      .filter(Boolean),
    at: query.get("at"),
  };
};
export const placeHref = ({ view, group, isUsual, open, at }: MeshAddress): string =>
  pageHref("mesh", {
    view: view ?? undefined,
    group: isUsual ? undefined : (group ?? NO_GROUP),
    open: open.join("|") || undefined,
    at: at ?? undefined,
  });

export type Selected =
  | { readonly is: "service"; readonly name: string }
  | { readonly is: "edge"; readonly id: string }
  /** Edges drawn as one. */
  | { readonly is: "bundle"; readonly id: string };
export const selectedOf = (at: string | null): Selected | null => {
  if (at === null) return null;
  if (at.includes("=>")) return { is: "bundle", id: at };
  return at.includes("->") ? { is: "edge", id: at } : { is: "service", name: at };
};
