/** Damage outside of what is declared: it is told above everything else. */

import { LastKnown } from "../look/last-known.tsx";
import { Sign } from "../look/signs.tsx";
import { runHref } from "../route.ts";
import { countText } from "./figures.ts";
import { useStanding } from "./pulse.ts";

export const Leaks = ({ onFind }: { readonly onFind: (service: string) => void }) => {
  const leaks = useStanding((standing) => standing.leaks);
  return (
    <div role="alert">
      {leaks.length > 0 && (
        <section className="banner bad leaks live-data" aria-label="Damage has left the declared radius">
          <p>
            <Sign of="leak" />
            <strong>{countText(leaks.length, "leak")}: damage has left the declared radius.</strong> <LastKnown />
          </p>
          <ul>
            {leaks.map(({ service, run, experiment, reason }) => (
              <li key={`${run} ${service}`}>
                <button type="button" className="quiet" onClick={() => onFind(service)}>
                  {service}
                </button>{" "}
                {reason} (<a href={runHref(run)}>{experiment}</a>)
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
};
