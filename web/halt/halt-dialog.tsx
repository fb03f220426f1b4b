/** Halt dialog: Enter halts. An unreachable server is named, and the halt is sent again until acknowledged. */
import { useEffect, useId, useRef, useState } from "react";
import { useLost } from "../api/traffic.ts";
import { useSession } from "../session.tsx";
import { Command } from "../ui/command.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelfEnding } from "./self-ending.tsx";
import { HALT_COMMAND } from "./unheard.tsx";
import { type Halting, useHalting } from "./use-halting.ts";

const LONGEST_REASON = 500;
const NO_REASON = "Halted from the dashboard.";

const Failed = ({
  problem,
  failed,
}: {
  readonly problem: NonNullable<Halting["problem"]>;
  readonly failed: number;
}) => {
  const lost = useLost();
  return (
    <div className="halt-failed">
      <div role="alert">
        <p>
          <strong>Not acknowledged.</strong> {problem.why}{" "}
          {problem.again && "It is tried again until it is acknowledged."}
        </p>
        <p>
          <SelfEnding lost={lost} />
        </p>
      </div>
      <p>
        At once, on the machine of the agents: <Command text={HALT_COMMAND} />
      </p>
      <p className="small">
        {failed} {failed === 1 ? "attempt" : "attempts"} so far. One that was sent may still arrive, also after you
        close this.
      </p>
    </div>
  );
};

export interface HaltDialogProps {
  /** `Halt this run`. */
  readonly label: string;
  readonly meaning: string;
  readonly onLeave: () => void;
  /** Sends the halt; rejects within a few seconds if the server does not answer. */
  readonly onHalt: (reason: string) => Promise<unknown>;
}
export const HaltDialog = ({ label, meaning, onLeave, onHalt }: HaltDialogProps) => {
  const { stay } = useSession();
  const [reason, setReason] = useState("");
  const { isSending, problem, failed, attempt } = useHalting(() => onHalt(reason.trim() || NO_REASON), onLeave);
  const id = useId();
  const main = useRef<HTMLButtonElement>(null);
  useEffect(() => main.current?.focus(), []);
  // A session that ends meanwhile must not remove the dialog, which shows the way to halt without the page.
  useEffect(stay, [stay]);
  return (
    <Dialog title={`${label}?`} className="halt-dialog" onLeave={onLeave} onSubmit={attempt}>
      <p>{meaning}</p>
      <label htmlFor={`${id}-reason`}>
        Reason, for the journal <span className="small">(may be empty)</span>
      </label>
      <input
        id={`${id}-reason`}
        maxLength={LONGEST_REASON}
        autoComplete="off"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {problem !== null && <Failed problem={problem} failed={failed} />}
      <div className="choices">
        <button type="button" onClick={onLeave}>
          {problem === null ? "Keep running" : "Close"}
        </button>
        {/* Never disabled: a disabled button would lose the focus, and with the focus the next Enter. */}
        <button ref={main} type="submit" className="danger" aria-busy={isSending}>
          {isSending ? "Halting…" : problem === null ? label : `${label} now`}
        </button>
      </div>
    </Dialog>
  );
};
