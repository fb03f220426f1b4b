import { useEffect } from "react";
import { useLost } from "../api/traffic.ts";

/**
 * What the tab and the history call the page. `now`: what goes on there at this moment; null: nothing. A tab that nobody looks at
 * must not go on saying so when the server is gone.
 */
export const useTitle = (title: string, now: string | null = null): void => {
  const lost = useLost() !== null;
  const before = lost ? "Connection lost" : now;
  useEffect(() => {
    document.title = `${before === null ? "" : `${before}: `}${title} · Squall`;
  }, [before, title]);
};
