import { QueryClientProvider } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Whoami } from "../server/api/contract/index.ts";
import { connect } from "./api/client.ts";
import { newQueries } from "./api/queries.ts";
import { openTraffic, TrafficContext } from "./api/traffic.ts";
import { ClientContext } from "./api/use-client.ts";
import { Frame } from "./frame/frame.tsx";
import { SignIn } from "./frame/sign-in.tsx";
import { forgetAll, useEntrance } from "./frame/use-entrance.ts";
import { SessionContext } from "./session.tsx";

/** Everything that a signed-in page hangs on; another session begins with nothing of this one's. */
const SignedIn = ({ who, onLeave }: { readonly who: Whoami; readonly onLeave: (why: string | null) => void }) => {
  const client = useMemo(
    () => connect(() => onLeave("The session is over, or its token was revoked: sign in again.")),
    [onLeave],
  );
  const queries = useMemo(newQueries, []);
  const traffic = useMemo(openTraffic, []);
  useEffect(() => traffic.begin(client), [traffic, client]);
  const session = useMemo(
    () => ({
      who,
      leave: () => {
        // The cookie goes whatever the server says: without one there is nothing to leave.
        void client.call("DELETE /api/v1/session", {}).catch(() => {});
        forgetAll();
        onLeave(null);
      },
    }),
    [who, client, onLeave],
  );
  return (
    <SessionContext value={session}>
      <ClientContext value={client}>
        <QueryClientProvider client={queries}>
          <TrafficContext value={traffic}>
            <Frame />
          </TrafficContext>
        </QueryClientProvider>
      </ClientContext>
    </SessionContext>
  );
};

export const App = () => {
  const [notice, setNotice] = useState<string | null>(null);
  const entrance = useEntrance();
  const { enter } = entrance;
  const leave = useCallback(
    (why: string | null) => {
      setNotice(why);
      enter(null);
    },
    [enter],
  );
  switch (entrance.is) {
    case "asking":
      return <p className="waiting">{entrance.problem ?? "Asking the server who you are…"}</p>;
    case "out":
      return <SignIn notice={entrance.problem ?? notice} onEnter={enter} />;
    case "in":
      return <SignedIn key={entrance.who.name} who={entrance.who} onLeave={leave} />;
  }
};
