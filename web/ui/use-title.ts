import { useEffect } from "react";
import { useLost } from "../api/traffic.ts";
import { leakTitle, useLeaking } from "./use-leaking.ts";

/**
 * Sets the title of the tab. `now`: what goes on there at this moment; null: nothing. While the server is gone the title does not
 * claim it: nobody looks at a tab in the background, and its title is all that is seen. A leak goes before everything.
 */
export const useTitle = (title: string, now: string | null = null): void => {
  const lost = useLost() !== null;
  const leaking = useLeaking();
  const before = lost ? "Connection lost" : (leakTitle(leaking) ?? now);
  useEffect(() => {
    document.title = `${before === null ? "" : `${before}: `}${title} · Squall`;
  }, [before, title]);
};
