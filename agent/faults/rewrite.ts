import type { Behaviours, Edit, HeadEdit, ResponseHead } from "./behaviour.ts";

type HeadChanges = Omit<HeadEdit, "body"> & { readonly body?: string | undefined };

/** null: it changes nothing. */
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
/** An answer to HEAD tells the length alone: a body of the same length changes nothing. */
const ofHeadAnswer = (edit: Edit, head: ResponseHead): Edit => {
  const { body, ...rest } = edit.head;
  return body !== undefined && (head.header("content-length") ?? "0") === String(body.length)
    ? { do: "edit", head: rest }
    : edit;
};
/** Keys that are not there, instead of keys that hold `undefined`. */
const given = (wanted: object | undefined): HeadChanges =>
  Object.fromEntries(Object.entries(wanted ?? {}).filter(([, value]) => value !== undefined));
