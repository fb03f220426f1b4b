import type { Answer } from "../http1/message.ts";
import type { Behaviours } from "./behaviour.ts";

export const abort: Behaviours["abort"] = ({ status, body, headers }) => {
  const answer: Answer = { status, headers, body: Buffer.from(body) };
  return { begin: () => ({ request: { head: (_, nowMs) => ({ do: "answer", answer, atMs: nowMs }) } }) };
};
