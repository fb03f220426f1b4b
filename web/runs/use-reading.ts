/** True while the user reads the list, so that no row may move. */
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { nowMs, useNow } from "../clock.ts";

/** A hand that rests is not about to press. */
const STILL_MS = 2_000;
const SCROLLED_PX = 160;

/** `list`: to be spread on the list. */
export const useReading = () => {
  const now = useNow(1_000);
  const [movedMs, setMovedMs] = useState(Number.NEGATIVE_INFINITY);
  const [focused, setFocused] = useState(false);
  const [scrolled, setScrolled] = useState(() => window.scrollY > SCROLLED_PX);
  const last = useRef(movedMs);
  useEffect(() => {
    const look = () => setScrolled(window.scrollY > SCROLLED_PX);
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, []);
  const list = {
    onPointerMove(event: PointerEvent) {
      // A list that moves under a pointer at rest is no hand.
      if (event.movementX === 0 && event.movementY === 0) return;
      const atMs = nowMs();
      if (atMs - last.current < STILL_MS / 4) return;
      last.current = atMs;
      setMovedMs(atMs);
    },
    onFocus: () => setFocused(true),
    onBlur: () => setFocused(false),
  };
  return { reading: focused || scrolled || now.nowMs - movedMs < STILL_MS, list, wallMs: now.wallMs };
};
