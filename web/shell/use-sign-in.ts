/** Who is there when the page opens: by the cookie of a session, by a ticket in the address, or nobody yet. */
import { useCallback, useEffect, useState } from "react";
import type { Whoami } from "../../server/contract/index.ts";
import { ApiRefusal, type Client, connect } from "../api/client.ts";
import { sleep } from "../clock.ts";
import { pageHref, replace, routeOf } from "../route.ts";
import { keepTheme, readTheme } from "./theme.ts";

type Place =
  /** `problem`: why it takes so long. */
  | { readonly is: "asking"; readonly problem: string | null }
  | { readonly is: "out"; readonly problem: string | null }
  | { readonly is: "in"; readonly who: Whoami };
export type SignInState = Place & {
  readonly enter: (who: Whoami) => void;
  /** `isOver`: the session is no longer good; else the next page that opens is let in by it. */
  readonly leave: (isOver: boolean) => void;
};
const AGAIN_MS = 1_000;

/** Whether this browser may have a session. Who asks without one is refused, which a browser tells as an error of the page. */
const KEY = "squall.session";
const remember = (isIn: boolean): void => {
  if (isIn) localStorage.setItem(KEY, "open");
  else localStorage.removeItem(KEY);
};

/** Who signs out leaves nothing of what was looked at to the next one: drafts, layouts; how it looks may stay. */
export const forgetAll = (): void => {
  const theme = readTheme();
  sessionStorage.clear();
  localStorage.clear();
  keepTheme(theme);
};

/** A ticket is good once: it leaves the address before anything else can happen to it. */
const takeTicket = (): string | null => {
  const route = routeOf(window.location.hash);
  if (route.page !== "enter") return null;
  replace(pageHref("mesh"));
  return route.ticket;
};
const ask = async (client: Client, ticket: string | null): Promise<Place> => {
  try {
    const who =
      ticket === null
        ? await client.call("GET /api/v1/session", {})
        : await client.call("POST /api/v1/session", { body: { ticket } });
    return { is: "in", who };
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status >= 500)
      return { is: "asking", problem: "The server does not answer; trying again." };
    if (error.status === 401)
      return { is: "out", problem: ticket === null ? null : "That link was used already, or is too old." };
    const elsewhere = error.leader === null ? "" : ` It names ${error.leader}.`;
    return { is: "asking", problem: `${error.message}.${elsewhere} Trying again.` };
  }
};

export const useSignIn = (): SignInState => {
  const [place, setPlace] = useState<Place>({ is: "asking", problem: null });
  useEffect(() => {
    const stop = new AbortController();
    const client = connect(() => {});
    const look = async () => {
      for (let ticket = takeTicket(); !stop.signal.aborted; ) {
        if (ticket === null && localStorage.getItem(KEY) === null) return setPlace({ is: "out", problem: null });
        const found = await ask(client, ticket);
        if (found.is === "asking") setPlace(found);
        // A ticket that is no good must not hide who was in before.
        else if (found.is === "out" && ticket !== null && localStorage.getItem(KEY) !== null) ticket = null;
        else {
          remember(found.is === "in");
          return setPlace(found);
        }
        await sleep(AGAIN_MS, stop.signal);
      }
    };
    look().catch((error: unknown) => setPlace({ is: "out", problem: String(error) }));
    return () => stop.abort();
  }, []);
  const enter = useCallback((who: Whoami) => {
    remember(true);
    setPlace({ is: "in", who });
  }, []);
  const leave = useCallback((isOver: boolean) => {
    remember(!isOver);
    setPlace({ is: "out", problem: null });
  }, []);
  return { ...place, enter, leave };
};
