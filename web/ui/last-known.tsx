/** Says beside live data that they are not live any more, and since when. */
import { useLost } from "../api/traffic.ts";
import { useNow } from "../clock.ts";
import { agoOf } from "./words.ts";

/** So short that two of them do not say different seconds for long. */
const TICK_MS = 250;
const Age = ({ heardMs }: { readonly heardMs: number }) => {
  const { wallMs } = useNow(TICK_MS);
  return (
    // The count goes up each second, which nobody wants read out.
    <span className="last-known" aria-live="off">
      last known, {agoOf(wallMs - heardMs)}
    </span>
  );
};
/** `heardMs`: wall time of the last sign of life of something that is followed by itself; else the server's is meant. */
export const LastKnown = ({ heardMs = null }: { readonly heardMs?: number | null }) => {
  const lost = useLost();
  const meant = lost?.heardMs ?? heardMs;
  return meant === null ? null : <Age heardMs={meant} />;
};
