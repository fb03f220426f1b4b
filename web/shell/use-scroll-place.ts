/** Scroll position: Back and Forward restore the position at which a page was left; a link opens a page at the top. */
import { useEffect } from "react";
import { every, nowMs, patience } from "../clock.ts";

interface Entry {
  readonly place: number;
}
/** By the number that an entry of the history bears. */
const tops = new Map<number, number>();
let numbers = 0;
/** A page that comes piece by piece is tall enough only after a while. */
const [LOOK_MS, PATIENCE_MS] = [50, 2_000];

const placeNow = (): number | null => (window.history.state as Entry | null)?.place ?? null;
const begin = (): void => {
  numbers = Math.max(numbers, Date.now()) + 1;
  window.history.replaceState({ place: numbers } satisfies Entry, "", window.location.href);
};
/** Input by which a user takes the scroll position over. */
const INPUTS = ["wheel", "keydown", "pointerdown", "touchstart"] as const;
/**
 * Scrolls to `top` as soon as the page is tall enough, and again where the page was shorter for a moment since. A wheel,
 * key, pointer or touch of the user ends the attempts.
 */
const restore = (top: number): (() => void) => {
  const sinceMs = nowMs();
  let stop = () => {};
  const end = () => {
    stop();
    for (const input of INPUTS) window.removeEventListener(input, end);
  };
  const look = () => {
    const isLast = nowMs() - sinceMs >= PATIENCE_MS;
    const isTall = document.documentElement.scrollHeight >= top + window.innerHeight;
    if ((isTall || isLast) && window.scrollY !== top) window.scrollTo(0, top);
    if (isLast) end();
  };
  for (const input of INPUTS) window.addEventListener(input, end, { passive: true });
  stop = every(LOOK_MS, look);
  return end;
};

/** Scroll position of a page. `page`: identity of the page; a change of filters keeps this identity. */
export const useScrollPlace = (page: string): void => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page is come to once
  useEffect(() => {
    window.history.scrollRestoration = "manual";
    const before = placeNow();
    if (before === null) begin();
    const top = before === null ? 0 : (tops.get(before) ?? 0);
    if (top === 0) window.scrollTo(0, 0);
    const end = top === 0 ? () => {} : restore(top);
    const note = () => {
      // A link that only changed the page's filters has made an entry without a number.
      if (placeNow() === null) begin();
      tops.set(placeNow()!, window.scrollY);
    };
    // Filters change without a scroll, too. After a link to another page this effect ends before its time is over.
    let cancel = () => {};
    const noteSoon = () => {
      cancel();
      cancel = patience(LOOK_MS, note).end;
    };
    window.addEventListener("scroll", note, { passive: true });
    // A link may be followed in the same frame as a scroll, whose event would come after the change of the page.
    window.addEventListener("click", note, { capture: true });
    window.addEventListener("hashchange", noteSoon);
    return () => {
      end();
      cancel();
      window.removeEventListener("scroll", note);
      window.removeEventListener("click", note, { capture: true });
      window.removeEventListener("hashchange", noteSoon);
    };
  }, [page]);
};
