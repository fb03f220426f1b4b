/** A run's blast radius in counts. Pure. */
import type { Radius } from "../../server/contract/index.ts";
import { countText } from "./figures.ts";

/** `3 services declared: 1 affected, 1 contained, 0 leaks`. */
export const tallyText = ({
  declared,
  measured,
  services,
}: Pick<Radius, "declared" | "measured" | "services">): string => {
  const said = `${countText(declared.length, "service")} declared`;
  if (!measured) return `${said}; nothing is measured yet`;
  const count = (is: (service: Radius["services"][number]) => boolean) => services.filter(is).length;
  const leaks = count(({ leak }) => leak);
  const contained = count(({ state }) => state === "contained");
  const may = new Set(declared.map(({ service }) => service));
  const damaged = services.filter(({ state, leak }) => state !== "contained" && !leak);
  const affected = damaged.filter(({ service }) => may.has(service)).length;
  const beyond = damaged.length - affected;
  const more = beyond === 0 ? "" : `; ${beyond} beyond, not proven`;
  return `${said}: ${affected} affected, ${contained} contained, ${countText(leaks, "leak")}${more}`;
};

/** Position of a run in a phase. `atMs`: run time. null: the run is in no phase. */
export interface Phased {
  readonly phase: string | null;
  readonly spans: Readonly<Record<string, { readonly fromMs: number; readonly toMs: number | null } | undefined>>;
}
export const intoPhaseMs = ({ phase, spans }: Phased, atMs: number): number | null => {
  const span = phase === null ? undefined : spans[phase];
  return span === undefined ? null : Math.max(0, (span.toMs ?? atMs) - span.fromMs);
};
