/** Places where the damage ends, with the reason. */
import { STOP_WORDS } from "../../experiments/model/blast-radius/service-state.ts";
import { Mark } from "../ui/state.tsx";
import type { Stop } from "./mesh-status.ts";

export const Stops = ({ stops }: { readonly stops: readonly Stop[] }) =>
  stops.length === 0 ? null : (
    <section>
      <h3>What stops the damage</h3>
      <ul className="plain">
        {stops.map(({ service, edge, why, reason }) => (
          <li key={`${service} ${edge}`}>
            <Mark of="contained">{STOP_WORDS[why]}</Mark> {service}: {reason}
          </li>
        ))}
      </ul>
    </section>
  );
