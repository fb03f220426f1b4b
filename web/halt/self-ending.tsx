/** Time at which faults end without the server: the first fact for a user who cannot reach the server. */
import type { LostConnection } from "../api/connection.ts";
import { useNow } from "../clock.ts";
import { Time } from "../ui/time.tsx";

const TICK_MS = 1_000;
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** `dropsByMs`: see `Lost`. */
const Dated = ({ dropsByMs }: { readonly dropsByMs: number }) => {
  const { wallMs } = useNow(TICK_MS);
  const at = <Time iso={new Date(dropsByMs).toISOString()}>{CLOCK.format(dropsByMs)}</Time>;
  return wallMs < dropsByMs ? (
    <>Agents that lost it, too, drop every fault by {at}, 5 s after they lost it.</>
  ) : (
    <>Agents that lost it, too, have dropped every fault since {at}, 5 s after they lost it.</>
  );
};
/** `lost`: the lost connection; null: the server is not known to be gone. */
export const SelfEnding = ({ lost }: { readonly lost: LostConnection | null }) =>
  lost === null || lost.dropsByMs === null ? (
    <>Agents drop every fault by themselves 5 s after they lose the server.</>
  ) : (
    <Dated dropsByMs={lost.dropsByMs} />
  );
