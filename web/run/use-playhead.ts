/** Displayed moment: in component state while moving, in the address once at rest. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { RunId } from "../../experiments/model/names.ts";
import { nowMs, patience, useNow } from "../clock.ts";
import { replace, runHref } from "../route.ts";
import { addressOf, NEWEST, type Playhead, playheadOf, type Speed, shownAt } from "./playhead.ts";

export interface Player {
  /** Run time that is shown, ms; null: the newest. */
  readonly atMs: number | null;
  readonly moving: boolean;
  readonly speed: Speed;
  seek(atMs: number): void;
  /** Plays from the current moment; from the beginning, if at the end. */
  play(): void;
  pause(): void;
  newest(): void;
  pace(speed: Speed): void;
}
/**
 * Rest before the address is updated: a dragged slider makes a single address, since browsers refuse a hundred
 * changes.
 */
const REST_MS = 300;
const FRAME_MS = 100;

/** `newestMs`: run time of the newest there is. */
export const usePlayhead = (id: RunId, query: URLSearchParams, newestMs: number): Player => {
  const address = query.get("at");
  const compare = query.get("compare") ?? undefined;
  const [playhead, setPlayhead] = useState<Playhead>(() => playheadOf(address));
  const [speed, setSpeed] = useState<Speed>(4);
  const now = useNow(playhead.is === "moving" ? FRAME_MS : null);
  const atMs = shownAt(playhead, now.nowMs, newestMs);
  const moving = playhead.is === "moving" && atMs !== null;

  /** Last value read from or written to the address: any other value there means that the user followed a link. */
  const known = useRef(address);
  useEffect(() => {
    if (known.current === address) return;
    known.current = address;
    setPlayhead(playheadOf(address));
  }, [address]);
  const rest = playhead.is === "still" ? addressOf(playhead.atMs) : undefined;
  useEffect(() => {
    if (moving || rest === (known.current ?? undefined)) return;
    const waiting = patience(REST_MS, () => {
      known.current = rest ?? null;
      replace(runHref(id, { at: rest, compare }));
    });
    return waiting.end;
  }, [id, moving, rest, compare]);

  const seek = useCallback((ms: number) => setPlayhead({ is: "still", atMs: Math.max(0, ms) }), []);
  const move = (fromMs: number, at: Speed) => setPlayhead({ is: "moving", fromMs, sinceMs: nowMs(), speed: at });
  return {
    atMs,
    moving,
    speed,
    seek,
    play: () => move(atMs ?? 0, speed),
    pause: () => setPlayhead(atMs === null ? NEWEST : { is: "still", atMs }),
    newest: () => setPlayhead(NEWEST),
    pace(next) {
      setSpeed(next);
      if (moving) move(atMs, next);
    },
  };
};
