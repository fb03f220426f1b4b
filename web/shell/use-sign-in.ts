/** User of the page when the page opens: from the session cookie, from a ticket in the address, or not signed in. */
import { useCallback, useEffect, useState } from "react";
import type { Whoami } from "../../server/contract/index.ts";
import { ApiError, type Client, connect } from "../api/client.ts";
import { sleep } from "../clock.ts";
import { pageHref, replace, routeOf } from "../route.ts";
import { keepTheme, readTheme } from "./theme.ts";

type Place =
  /** `problem`: cause of the delay. */
  | { readonly is: "asking"; readonly problem: string | null }
  | { readonly is: "out"; readonly problem: string | null }
  | { readonly is: "in"; readonly who: Whoami };
export type SignInState = Place & {
  readonly enter: (who: Whoami) => void;
  /**
   * Leaves the page. `isOver`: the session is no longer valid; otherwise the session admits the next page that opens.
   */
  readonly leave: (isOver: boolean) => void;
};
const AGAIN_MS = 1_000;

/**
 * Storage flag: this browser may have a session. A request without a session is refused, and a browser shows the
 * refusal as an error of the page.
 */
const KEY = "squall.session";
const remember = (isIn: boolean): void => {
  if (isIn) localStorage.setItem(KEY, "open");
  else localStorage.removeItem(KEY);
};

/** Sign-out removes every trace of the user's work for the next user: drafts, layouts; the theme may stay. */
export const forgetAll = (): void => {
  const theme = readTheme();
  sessionStorage.clear();
  localStorage.clear();
  keepTheme(theme);
};

/** A ticket is valid once: the page removes the ticket from the address before any other step. */
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
    if (!(error instanceof ApiError) || error.status >= 500)
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
        // An invalid ticket must not hide the user who was signed in before.
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
