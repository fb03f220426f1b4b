/**
 * Leaks: damage outside of the declared radius. The leak area exists beside the heading from the beginning, so that
 * the page does not shift when a leak appears; screen readers announce a change of the leaking services, not each
 * second's change of a figure.
 */
import { sayBroken } from "../../experiments/model/blast-radius/reason.ts";
import { list } from "../../experiments/model/text/words.ts";
import { runHref } from "../route.ts";
import { LastKnown } from "../ui/last-known.tsx";
import { Mark } from "../ui/state.tsx";
import type { Leak, MeshStatus } from "./mesh-status.ts";
import { useMeshStatus } from "./mesh-status-store.ts";

const rulesIn = ({ leaks, radii }: MeshStatus) =>
  leaks.map(({ service, run, experiment, state, reason }: Leak) => {
    const declared = radii.find((radius) => radius.run === run)?.declared ?? [];
    const may = declared.find((one) => one.service === service)?.may ?? null;
    const broken = state === "contained" ? `${service} is not declared` : sayBroken(service, may, state);
    return { service, run, experiment, broken, reason };
  });

export const Leaks = ({ onFind }: { readonly onFind: (service: string) => void }) => {
  const leaks = useMeshStatus(rulesIn);
  const who = [...new Set(leaks.map(({ service }) => service))].toSorted();
  const [first, ...more] = leaks;
  return (
    <>
      <p className="visually-hidden" role="alert">
        {who.length > 0 && `Leak: damage has left the declared radius at ${list(who)}.`}
      </p>
      {first !== undefined && (
        <section className="leaks live-data" aria-label="Damage has left the declared radius">
          <Mark of="leak">{leaks.length === 1 ? "LEAK" : `${leaks.length} LEAKS`}</Mark>
          <details>
            <summary>
              {first.broken}
              {more.length > 0 && `, and ${more.length} more`}
            </summary>
            <ul>
              {leaks.map(({ service, run, experiment, broken, reason }) => (
                <li key={`${run} ${service}`}>
                  <button type="button" className="choose" onClick={() => onFind(service)}>
                    {service}
                  </button>{" "}
                  {broken.slice(service.length + 1)}: {reason} (<a href={runHref(run)}>{experiment}</a>)
                </li>
              ))}
            </ul>
          </details>
          <button type="button" onClick={() => onFind(first.service)}>
            Show
          </button>
          <LastKnown />
        </section>
      )}
    </>
  );
};
