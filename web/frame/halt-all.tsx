/** Stops everything, from any page; and says so on every page until somebody lets runs start again. */
import { useAsked, useWrite } from "../api/queries.ts";
import { useTraffic } from "../api/traffic.ts";
import { Halt } from "../look/halt.tsx";
import { Time } from "../look/time.tsx";
import { useRefusal } from "../session.tsx";

const LOOK_MS = 2_000;
export const useGate = () => useAsked("GET /api/v1/gate", {}, { everyMs: LOOK_MS });

export const HaltAll = () => {
  const refusal = useRefusal("operator");
  const { mutateAsync } = useWrite("POST /api/v1/halt");
  const live = useTraffic(({ now }) => now?.faults.length ?? 0);
  return (
    <Halt
      label="Halt all"
      refusal={refusal}
      title={live === 0 ? "No fault is live" : `${live} ${live === 1 ? "fault is" : "faults are"} live`}
      meaning="Every fault is taken away at once, every run ends HALTED, and nothing starts until somebody releases it."
      onHalt={(reason) => mutateAsync({ body: { reason } })}
    />
  );
};

export const GateNotice = () => {
  const { data } = useGate();
  const refusal = useRefusal("operator");
  const release = useWrite("POST /api/v1/release");
  const halted = data?.halted ?? null;
  if (halted === null) return null;
  return (
    <section className="banner warn" aria-label="Everything is halted">
      <p>
        <strong>Everything is halted</strong> by {halted.by} at <Time iso={halted.at} />: {halted.reason} Nothing starts
        until it is released.
      </p>
      <button
        type="button"
        disabled={refusal !== null || release.isPending}
        title={refusal ?? undefined}
        onClick={() => release.mutate({ body: {} })}
      >
        Release
      </button>
      {release.error !== null && <p className="problem">{release.error.message}</p>}
    </section>
  );
};
