/** The browser asks before a tab is closed or reloaded whose text would be lost. */
import { useEffect } from "react";

export const useUnloadGuard = (isChanged: boolean): void => {
  useEffect(() => {
    if (!isChanged) return;
    const guard = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", guard);
    return () => window.removeEventListener("beforeunload", guard);
  }, [isChanged]);
};
