/** Services that leak, beyond the declared radius of any run, on every page: shown in the tab's title and icon. */
import { useEffect } from "react";
import { type TrafficView, useLost, useTraffic } from "../api/traffic.ts";

const NAMES_END = "\n";
/** Leaking services as a single string, so that comparison is by value: names have no line ends. */
const leakingIn = ({ now }: TrafficView): string => {
  const found = (now?.radii ?? []).flatMap(({ services }) =>
    services.flatMap(({ service, leak }) => (leak ? [service] : [])),
  );
  return [...new Set(found)].sort().join(NAMES_END);
};
export const useLeaking = (): readonly string[] => useTraffic(leakingIn).split(NAMES_END).filter(Boolean);

/** null: there is no leak. */
export const leakTitle = ([first, ...more]: readonly string[]): string | null =>
  first === undefined ? null : `LEAK: ${first}${more.length === 0 ? "" : ` +${more.length}`}`;

const ALARM =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath d='M12 1l11 21H1z' fill='%23b3231c'/%3E%3Cpath d='M11 8h2v7h-2zM11 17h2v2h-2z' fill='white'/%3E%3C/svg%3E";
/** Tab icon: a sail, or an alarm while there is a leak; a leak known before the server was lost shows no alarm. */
export const useTabSign = (): void => {
  const isLeaking = useLeaking().length > 0;
  const lost = useLost() !== null;
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null || !isLeaking || lost) return;
    const { href } = link;
    link.href = ALARM;
    return () => {
      link.href = href;
    };
  }, [isLeaking, lost]);
};
