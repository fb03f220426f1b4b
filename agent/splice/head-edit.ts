/** Edits of a head: merged where several faults edit the head, and reduced to the real changes. */
import { HOP_BY_HOP } from "../../experiments/model/faults/hop-by-hop.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import { RequestHeadView } from "../http1/head-view.ts";
import type { HeadEdit, ResponseHead } from "../http1/message.ts";
import { canWrite, hasNoBody, withPath } from "../http1/message-writer.ts";

type AnyHead = RequestView | ResponseHead;

/** Merges two edits of a head; where both change the same part, the later edit wins. */
export const merged = (earlier: HeadEdit | null, later: HeadEdit): HeadEdit =>
  earlier === null ? later : { ...earlier, ...later, headers: { ...earlier.headers, ...later.headers } };

/**
 * Returns the part of an edit that changes the head as it stands after the edits of earlier faults; null: no change. A
 * new body is kept even where the body may be the same: the difference shows only when the original has been read.
 */
export const changesOf = (head: AnyHead, earlier: HeadEdit | null, edit: HeadEdit): HeadEdit | null => {
  const { status, path, headers, body } = edit;
  const keepsStatus = status === undefined || !("status" in head) || status === (earlier?.status ?? head.status);
  const keepsPath = path === undefined || !("path" in head) || isSamePath(head, earlier?.path, path);
  const keepsBody = body === undefined || isBodiless(head, earlier, status);
  const changed = Object.entries(headers ?? {}).filter(([name, value]) => setsAnew(head, earlier, name, value));
  if (keepsStatus && keepsPath && keepsBody && changed.length === 0) return null;
  return {
    ...(!keepsStatus && { status: status! }),
    ...(!keepsPath && { path: path! }),
    ...(headers !== undefined && { headers: Object.fromEntries(changed) }),
    ...(!keepsBody && { body: body! }),
  };
};

const isSamePath = (head: RequestView, earlier: string | undefined, path: string): boolean => {
  const query = head.query === "" ? "" : `?${head.query}`;
  const target = head instanceof RequestHeadView ? head.target : head.path + query;
  const now = earlier === undefined ? target : withPath(target, earlier);
  return withPath(target, path) === now;
};
/** Has the answer no body, before and after the edit? Then there is none to replace. */
const isBodiless = (head: AnyHead, earlier: HeadEdit | null, status: number | undefined): boolean =>
  "status" in head && hasNoBody(head.status) && hasNoBody(status ?? earlier?.status ?? head.status);

const setsAnew = (head: AnyHead, earlier: HeadEdit | null, name: string, value: string | null): boolean => {
  const key = name.toLowerCase();
  if (HOP_BY_HOP.has(key)) return false;
  const before = Object.entries(earlier?.headers ?? {}).findLast(([other]) => other.toLowerCase() === key);
  const now = before === undefined ? (head.header(key) ?? null) : writable(key, before[1]);
  return writable(key, value) !== now;
};
/** Value as written into the head; null: no line. */
const writable = (name: string, value: string | null): string | null =>
  value !== null && canWrite(name, value) ? value : null;
