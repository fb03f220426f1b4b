/** The writes of the API in plain words, for the audit log. */
import { ownProperty } from "../../experiments/model/own-property.ts";
import type { RouteName } from "../api/client.ts";

type Write = Exclude<RouteName, `GET ${string}`>;
/** A write that is missing here does not compile. */
export const ACTIONS: Readonly<Record<string, string>> = {
  "POST /api/v1/runs": "start a run",
  "POST /api/v1/runs/:id/halt": "halt a run",
  "POST /api/v1/runs/:id/release": "release the edges of a run",
  "POST /api/v1/plan": "plan a run",
  "POST /api/v1/halt": "halt everything",
  "POST /api/v1/release": "release the halt of everything",
  "DELETE /api/v1/agents/:instance": "retire an agent",
  "POST /api/v1/agents/join": "let an agent join",
  "PUT /api/v1/documents/:kind/:name": "apply a document",
  "DELETE /api/v1/documents/:kind/:name": "delete a document",
  "POST /api/v1/schedules/:name/pause": "pause a schedule",
  "POST /api/v1/schedules/:name/resume": "resume a schedule",
  "POST /api/v1/schedules/:name/trigger": "trigger a schedule",
  "POST /api/v1/tokens": "create a token",
  "DELETE /api/v1/tokens/:id": "revoke a token",
  "POST /api/v1/session": "sign in",
  "POST /api/v1/session/ticket": "make a link for signing in",
  "DELETE /api/v1/session": "sign out",
} satisfies Readonly<Record<Write, string>>;
/** Actions that the server takes without a user. */
const OWN: Readonly<Record<string, string>> = {
  "residue-cleared": "residue was shown to be gone",
  "schedule.pause": "pause a schedule after a verdict",
  "schedule.halt-all": "halt everything after a verdict",
  "schedule.retry": "retry a schedule's run",
};
/** Readable words of an action; null: no words besides the name. */
export const wordsOf = (action: string): string | null =>
  ownProperty(ACTIONS, action) ?? ownProperty(OWN, action) ?? null;
