/** Halts all runs, from any page; every page shows the halt until an operator allows runs again. */
import { useApiQuery, useWrite } from "../api/queries.ts";
import { useLost, useTraffic } from "../api/traffic.ts";
import { ANSWER_MS } from "../halt/answer.ts";
import { HaltButton } from "../halt/halt-button.tsx";
import { useRefusal } from "../session.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { Time } from "../ui/time.tsx";

const LOOK_MS = 2_000;
export const useGate = () => useApiQuery("GET /api/v1/gate", {}, { everyMs: LOOK_MS });

const countText = (live: number): string =>
  live === 0 ? "No fault is live" : `${live} ${live === 1 ? "fault is" : "faults are"} live`;

export const HaltAll = () => {
  const refusal = useRefusal("operator");
  const { mutateAsync } = useWrite("POST /api/v1/halt");
  const live = useTraffic(({ now }) => now?.faults.length ?? 0);
  const lost = useLost();
  return (
    <HaltButton
      hasKeys
      label="Halt all"
      refusal={refusal}
      title={lost === null ? countText(live) : "No contact with the server"}
      meaning="Every fault is taken away at once, every run ends HALTED, and nothing starts until an operator releases it."
      onHalt={(reason) => mutateAsync({ body: { reason }, withinMs: ANSWER_MS, urgent: true })}
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
    <section className="banner warn live-data" aria-label="Everything is halted">
      <p>
        <strong>Everything is halted</strong> by {halted.by} at <Time iso={halted.at} />: {halted.reason} Nothing starts
        until it is released. <LastKnown />
      </p>
      <Confirm
        label="Release"
        look="plain"
        meaning="Runs and schedules may start again, and strike with their faults, as soon as it is released."
        refusal={refusal}
        reason={null}
        leave="Keep it halted"
        onConfirm={() => release.mutateAsync({ body: {} })}
      />
    </section>
  );
};
