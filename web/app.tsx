import { useCallback, useMemo, useState } from "react";
import { connect } from "./api/client.ts";
import { RUNS_HREF, useRoute } from "./route.ts";
import { RunPage } from "./run/run-page.tsx";
import { RunsPage } from "./runs/runs-page.tsx";
import { SignIn } from "./sign-in.tsx";
import { forgetToken, keepToken, readToken } from "./token.ts";

const Sail = () => (
  <svg className="sail" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M11 2v15H3zM13 6c4 2 6 6 7 11h-7zM3 19h18l-3 3H6z" />
  </svg>
);

export const App = () => {
  const [token, setToken] = useState(readToken);
  const [notice, setNotice] = useState<string | null>(null);
  const route = useRoute();
  const leave = useCallback((why: string | null) => {
    forgetToken();
    setToken(null);
    setNotice(why);
  }, []);
  const client = useMemo(
    () =>
      token === null
        ? null
        : connect(token, () => leave("The server does not know this token (any more): sign in again.")),
    [token, leave],
  );
  const enter = (accepted: string) => {
    keepToken(accepted);
    setNotice(null);
    setToken(accepted);
  };
  return (
    <>
      <header className="top">
        <a className="brand" href={RUNS_HREF}>
          <Sail />
          Squall
        </a>
        <span className="host">{window.location.host}</span>
        {client !== null && (
          <button type="button" className="quiet" onClick={() => leave(null)}>
            Sign out
          </button>
        )}
      </header>
      <main>
        {client === null ? (
          <SignIn notice={notice} onEnter={enter} />
        ) : route.page === "run" ? (
          <RunPage key={route.id} client={client} id={route.id} />
        ) : (
          <RunsPage client={client} />
        )}
      </main>
    </>
  );
};
