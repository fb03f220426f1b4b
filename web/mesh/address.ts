/** Selected view of the mesh, stored in the address. Pure. */
import { asEdgeId, type EdgeId } from "../../experiments/model/names.ts";
import { pageHref } from "../route.ts";

export interface MeshAddress {
  readonly view: "graph" | "list" | null;
  /** Label that groups the services; null: none, or the mesh's default where `isUsual`. */
  readonly group: string | null;
  readonly isUsual: boolean;
  /** Groups that are open. */
  readonly open: readonly string[];
  /** Selection: a service, an edge (`a->b`), or a bundle of edges (`x=>y`). */
  readonly at: string | null;
}
/** Address value for no grouping; no label may have this name. */
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
  | { readonly is: "edge"; readonly id: EdgeId }
  /** A bundle: several edges drawn together. */
  | { readonly is: "bundle"; readonly id: string };
export const selectedOf = (at: string | null): Selected | null => {
  if (at === null) return null;
  if (at.includes("=>")) return { is: "bundle", id: at };
  return at.includes("->") ? { is: "edge", id: asEdgeId(at) } : { is: "service", name: at };
};
