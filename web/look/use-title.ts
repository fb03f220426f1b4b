import { useEffect } from "react";

/** What the tab and the history call the page. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = `${title} · Squall`;
  }, [title]);
};
