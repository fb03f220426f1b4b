/**
 * Banner below the frame's bar on every page while the server is silent: age of the data, and the fate of the faults.
 */
import { useLost } from "../api/traffic.ts";
import { Command } from "../ui/command.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { SelfEnding } from "./self-ending.tsx";

export const HALT_COMMAND = "squall halt --all";

export const Unheard = () => {
  const lost = useLost();
  return (
    <div className={lost === null ? "unheard none" : "unheard"}>
      <LastKnown />
      {/* A live region must exist before the text inside, or screen readers do not read the text. */}
      <div role="status">
        {lost !== null && (
          <>
            <p title={lost.why}>
              <strong>
                {lost.dropsByMs === null
                  ? "The server answers, but does not serve this page."
                  : "No contact with the server; trying again."}
              </strong>{" "}
              <SelfEnding lost={lost} />
            </p>
            <p>
              If only this page lost it, faults go on: <Command text={HALT_COMMAND} />
            </p>
          </>
        )}
      </div>
    </div>
  );
};
