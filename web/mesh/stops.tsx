/** Where the damage ends, and why. */
import { Sign, STOP_WORDS } from "./signs.tsx";
import type { Stop } from "./standing.ts";

export const Stops = ({ stops }: { readonly stops: readonly Stop[] }) =>
  stops.length === 0 ? null : (
    <section>
      <h3>What stops the damage</h3>
      <ul className="plain">
        {stops.map(({ service, edge, why, reason }) => (
          <li key={`${service} ${edge}`}>
            <span className="legend-sign contains">
              <Sign of="contains" />
              {STOP_WORDS[why]}
            </span>{" "}
            {service}: {reason}
          </li>
        ))}
      </ul>
    </section>
  );
