import type { Behaviours, Edit, HeadEdit } from "./behaviour.ts";

type Wanted = Omit<HeadEdit, "body"> & { readonly body?: string | undefined };

/** null: it changes nothing. */
const editOf = ({ headers = {}, body, ...rest }: Wanted): Edit | null => {
  const head: HeadEdit = { ...rest, headers, ...(body !== undefined && { body: Buffer.from(body) }) };
  const changes = Object.keys(headers).length > 0 || head.status !== undefined || head.path !== undefined;
  return changes || body !== undefined ? { do: "edit", head } : null;
};

export const rewrite: Behaviours["rewrite"] = ({ request, response }) => {
  const asked = editOf(given(request));
  const answered = editOf(given(response));
  return {
    strike: () => ({
      ...(asked !== null && { request: { head: () => asked } }),
      ...(answered !== null && { response: { head: () => answered } }),
    }),
  };
};
/** Keys that are not there, instead of keys that hold `undefined`. */
const given = (wanted: object | undefined): Wanted =>
  Object.fromEntries(Object.entries(wanted ?? {}).filter(([, value]) => value !== undefined));
