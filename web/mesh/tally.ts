/** A run's blast radius in counts. Pure. */
import type { Radius } from "../../server/api/contract/index.ts";
import { countText } from "./figures.ts";

/** `declared 3 services, hurt 1, contained 1, leaks 0`. */
export const tallyText = ({
  declared,
  measured,
  services,
}: Pick<Radius, "declared" | "measured" | "services">): string => {
  const said = `declared ${countText(declared.length, "service")}`;
  if (!measured) return `${said}, nothing measured yet`;
  const count = (is: (service: Radius["services"][number]) => boolean) => services.filter(is).length;
  const hurt = count(({ state }) => state !== "contains");
  const contained = count(({ state }) => state === "contains");
  return `${said}, hurt ${hurt}, contained ${contained}, leaks ${count(({ leak }) => leak)}`;
};

/** Where a run is in its phase. `atMs`: run time. null: it is in none. */
export interface Phased {
  readonly phase: string | null;
  readonly spans: Readonly<Record<string, { readonly fromMs: number; readonly toMs: number | null } | undefined>>;
}
export const intoPhaseMs = ({ phase, spans }: Phased, atMs: number): number | null => {
  const span = phase === null ? undefined : spans[phase];
  return span === undefined ? null : Math.max(0, (span.toMs ?? atMs) - span.fromMs);
};
