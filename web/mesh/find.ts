/** Search for a service by a part of the name. Pure. */
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { ServiceName } from "../../experiments/model/names.ts";

/**
 * Service with exactly this name, else the first with a name that starts with the text, else the first with a name that
 * contains the text; null: none.
 */
export const findService = ({ services }: Mesh, text: string): ServiceName | null => {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return null;
  const names = services.map(({ name }) => name);
  return (
    names.find((name) => name === wanted) ??
    names.find((name) => name.startsWith(wanted)) ??
    names.find((name) => name.includes(wanted)) ??
    null
  );
};
