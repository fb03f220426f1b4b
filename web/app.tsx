import { QueryClientProvider } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Whoami } from "../server/contract/index.ts";
import { ApiError, connect } from "./api/client.ts";
import { newQueries, refetch } from "./api/queries.ts";
import { openTraffic, TrafficContext } from "./api/traffic.ts";
import { ClientContext } from "./api/use-client.ts";
import { SelfEnding } from "./halt/self-ending.tsx";
import { HALT_COMMAND } from "./halt/unheard.tsx";
import { openLeaveGuard } from "./leave-guard.ts";
import { SessionContext } from "./session.tsx";
import { Shell } from "./shell/shell.tsx";
import { SignIn } from "./shell/sign-in.tsx";
import { forgetAll, useSignIn } from "./shell/use-sign-in.ts";
import { Command } from "./ui/command.tsx";

const OVER =
  "The session is over, or its token was revoked: sign in again. Runs go on meanwhile; squall halt --all, in a terminal, halts them.";
/** Sign-out failure text: no script can remove the cookie, only the server does. */
const STILL_IN =
  "The server did not get the sign-out: the session of this browser is still good. Open this page again when the server answers, and sign out once more; or have its token revoked.";
const LEAVE_MS = 4_000;

/**
 * Leaves the page. `why`: shown on the sign-in page; null: the user knows. `isOver`: the session is no longer valid.
 */
type Leave = (why: string | null, isOver: boolean) => void;

/** Root of all signed-in state; another session starts without any state of this session. */
const SignedIn = ({ who, onLeave }: { readonly who: Whoami; readonly onLeave: Leave }) => {
  const door = useMemo(() => openLeaveGuard((why) => onLeave(why, true)), [onLeave]);
  const client = useMemo(() => connect(() => door.leave(OVER)), [door]);
  const queries = useMemo(newQueries, []);
  const traffic = useMemo(openTraffic, []);
  useEffect(() => traffic.begin(client), [traffic, client]);
  useEffect(() => {
    let before = traffic.view().connection.is;
    return traffic.listen(() => {
      const { is } = traffic.view().connection;
      // Answers from before the loss may be as old as that.
      if (before === "lost" && is === "live") refetch(queries);
      before = is;
    });
  }, [traffic, queries]);
  const session = useMemo(
    () => ({
      who,
      leave: () => {
        client.call("DELETE /api/v1/session", { withinMs: LEAVE_MS }).then(
          () => {
            forgetAll();
            onLeave(null, true);
          },
          (error: unknown) => {
            // Without a session the door opens on the 401 alone.
            if (error instanceof ApiError && error.status === 401) return;
            forgetAll();
            onLeave(STILL_IN, false);
          },
        );
      },
      stay: door.stay,
    }),
    [who, client, onLeave, door],
  );
  return (
    <SessionContext value={session}>
      <ClientContext value={client}>
        <QueryClientProvider client={queries}>
          <TrafficContext value={traffic}>
            <Shell />
          </TrafficContext>
        </QueryClientProvider>
      </ClientContext>
    </SessionContext>
  );
};

/** Waiting page. `problem`: cause of the delay; null: no known problem. */
const Waiting = ({ problem }: { readonly problem: string | null }) => (
  <main className="waiting">
    <p role="status">{problem ?? "Asking the server who you are…"}</p>
    {problem !== null && (
      <p>
        <SelfEnding lost={null} /> At once: <Command text={HALT_COMMAND} />
      </p>
    )}
  </main>
);

export const App = () => {
  const [notice, setNotice] = useState<string | null>(null);
  const entrance = useSignIn();
  const { enter, leave: close } = entrance;
  const leave = useCallback<Leave>(
    (why, isOver) => {
      setNotice(why);
      close(isOver);
    },
    [close],
  );
  switch (entrance.is) {
    case "asking":
      return <Waiting problem={entrance.problem} />;
    case "out":
      return <SignIn notice={entrance.problem ?? notice} onEnter={enter} />;
    case "in":
      return <SignedIn key={entrance.who.name} who={entrance.who} onLeave={leave} />;
  }
};
