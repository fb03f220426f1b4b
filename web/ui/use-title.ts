import { useEffect } from "react";
import { useLost } from "../api/traffic.ts";
import { leakTitle, useLeaking } from "./use-leaking.ts";

/**
 * Sets the title of the tab. `now`: the current activity; null: none. While the server is gone the title does not claim
 * this activity: for a tab in the background the title is all that the user sees. A leak goes before all other text.
 */
export const useTitle = (title: string, now: string | null = null): void => {
  const lost = useLost() !== null;
  const leaking = useLeaking();
  const before = lost ? "Connection lost" : (leakTitle(leaking) ?? now);
  useEffect(() => {
    document.title = `${before === null ? "" : `${before}: `}${title} · Squall`;
  }, [before, title]);
};
