import { createContext, useContext } from "react";
import type { Client } from "./client.ts";

export const ClientContext = createContext<Client | null>(null);
/** The signed-in page's. */
export const useClient = (): Client => {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("there is no client outside of a session");
  return client;
};
