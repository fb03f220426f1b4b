import type { HeadEdit, ResponseHead } from "../http1/message.ts";
import type { Behaviours, Edit } from "./behaviour.ts";

type HeadChanges = Omit<HeadEdit, "body"> & { readonly body?: string | undefined };

/** Builds the edit of a head; null: the parameters change no part of the head or body. */
const editOf = ({ headers = {}, body, ...rest }: HeadChanges): Edit | null => {
  const head: HeadEdit = { ...rest, headers, ...(body !== undefined && { body: Buffer.from(body) }) };
  const changes = Object.keys(headers).length > 0 || head.status !== undefined || head.path !== undefined;
  return changes || body !== undefined ? { do: "edit", head } : null;
};

export const rewrite: Behaviours["rewrite"] = ({ request, response }) => {
  const asked = editOf(given(request));
  const answered = editOf(given(response));
  return {
    begin: ({ request }) => {
      const isHead = request?.method === "HEAD";
      return {
        ...(asked !== null && { request: { head: () => asked } }),
        ...(answered !== null && {
          response: { head: (head) => (isHead ? ofHeadAnswer(answered, head) : answered) },
        }),
      };
    },
  };
};
/** Reduces an edit for an answer to HEAD, which carries only the length: a body of the same length changes no bytes. */
const ofHeadAnswer = (edit: Edit, head: ResponseHead): Edit => {
  const { body, ...rest } = edit.head;
  return body !== undefined && (head.header("content-length") ?? "0") === String(body.length)
    ? { do: "edit", head: rest }
    : edit;
};
/** Removes keys that hold `undefined`. */
const given = (wanted: object | undefined): HeadChanges =>
  Object.fromEntries(Object.entries(wanted ?? {}).filter(([, value]) => value !== undefined));
