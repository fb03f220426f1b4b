/** A run's blast radius in counts. Pure. */
import type { Radius } from "../../server/api/contract/index.ts";
import { countText } from "./figures.ts";

/** `3 services may suffer: 1 affected, 1 contained, 0 leaks`. */
export const tallyText = ({
  declared,
  measured,
  services,
}: Pick<Radius, "declared" | "measured" | "services">): string => {
  const said = `${countText(declared.length, "service")} may suffer`;
  if (!measured) return `${said}; nothing is measured yet`;
  const count = (is: (service: Radius["services"][number]) => boolean) => services.filter(is).length;
  const leaks = count(({ leak }) => leak);
  const contained = count(({ state }) => state === "contained");
  return `${said}: ${services.length - contained - leaks} affected, ${contained} contained, ${countText(leaks, "leak")}`;
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
