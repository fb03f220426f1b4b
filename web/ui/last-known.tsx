/** Note beside live data that the data is no longer live, and since when. */
import { useLost } from "../api/traffic.ts";
import { useNow } from "../clock.ts";
import { agoOf } from "./words.ts";

/** Tick so short that two such notes do not show different seconds for long. */
const TICK_MS = 250;
const Age = ({ heardMs }: { readonly heardMs: number }) => {
  const { wallMs } = useNow(TICK_MS);
  return (
    // The count grows each second, and reading every step out would disturb.
    <span className="last-known" aria-live="off">
      last known, {agoOf(wallMs - heardMs)}
    </span>
  );
};
/** `heardMs`: wall time of the last sign of life on a separate stream, such as a run's; default: the server's. */
export const LastKnown = ({ heardMs = null }: { readonly heardMs?: number | null }) => {
  const lost = useLost();
  const meant = lost?.heardMs ?? heardMs;
  return meant === null ? null : <Age heardMs={meant} />;
};
