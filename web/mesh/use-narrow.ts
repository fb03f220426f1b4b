/** True if the page is too narrow for a graph. */
import { useSyncExternalStore } from "react";

const NARROW = "(max-width: 599px)";
const listen = (onChange: () => void) => {
  const query = matchMedia(NARROW);
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
};
const isNarrow = () => matchMedia(NARROW).matches;
export const useNarrow = (): boolean => useSyncExternalStore(listen, isNarrow);
