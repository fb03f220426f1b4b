/**
 * Message writer: writes messages anew, for exchanges that faults act upon. Lines that no fault changed keep spelling
 * and order.
 */
import { HOP_BY_HOP } from "../../experiments/model/faults/hop-by-hop.ts";
import type { Framing } from "./body.ts";
import { allOf, TARGET, TOKEN, VALUE } from "./bytes.ts";
import { type RequestHeadView, ResponseHeadView } from "./head-view.ts";
import type { HeadEdit, ResponseHead } from "./message.ts";
import { reasonPhrase } from "./refusal.ts";

const NOTHING = Buffer.alloc(0);
const CRLF = Buffer.from("\r\n");

type Lines = ReadonlyArray<readonly [name: string, value: string]>;

/** Writer of a message on the way out: first the head, then each piece of the body, then the end. */
export class MessageWriter {
  readonly head: Buffer;
  readonly framing: Framing;
  /** Status of a response; 0: a request. */
  readonly status: number;
  /** Bytes that may still follow in a `length` body. Further bytes would be read as the next message. */
  #room: number;

  constructor(head: Buffer, framing: Framing, length: number, status: number) {
    this.head = head;
    this.framing = framing;
    this.status = status;
    this.#room = framing === "length" ? length : Number.POSITIVE_INFINITY;
  }
  /** Frames a piece of the body, without a copy wherever the framing allows. */
  data(bytes: Uint8Array): Buffer {
    if (this.framing === "none") return NOTHING;
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, this.#room));
    this.#room -= all.length;
    return this.framing === "chunked" && all.length > 0
      ? Buffer.concat([Buffer.from(`${all.length.toString(16)}\r\n`), all, CRLF])
      : all;
  }
  /** Ends the body. `trailers`: complete lines, or "". */
  end(trailers: string): Buffer {
    return this.framing === "chunked" ? Buffer.from(`0\r\n${trailers}\r\n`, "latin1") : NOTHING;
  }
}

export const requestWriter = (view: RequestHeadView, edit: HeadEdit, framing: Framing): MessageWriter => {
  const whole = changes(edit) ? null : view.asWritten();
  if (whole !== null) return new MessageWriter(whole, framing, lengthOf(view, framing), 0);
  const target = edit.path === undefined ? view.target : withPath(view.target, edit.path);
  const first = `${view.method} ${target} HTTP/1.${view.old ? 0 : 1}`;
  if (edit.body === undefined)
    return new MessageWriter(headOf(first, view.lines(), edit, null), framing, lengthOf(view, framing), 0);
  const { length } = edit.body;
  // An empty body in place of no body leaves the framing as before.
  if (length === 0 && framing === "none")
    return new MessageWriter(headOf(first, view.lines(), edit, null), framing, 0, 0);
  return new MessageWriter(headOf(first, view.lines(), edit, lengthLine(length)), "length", length, 0);
};

/**
 * `toHead`: the request asked for the head only. `close`: the connection ends with this answer, and the head has to say
 * so.
 */
export interface AnswerContext {
  readonly toHead: boolean;
  readonly close: boolean;
}

/** Writer of an answer. `framing`: of the callee's own answer. */
export const answerWriter = (
  head: ResponseHead,
  edit: HeadEdit | null,
  framing: Framing,
  { toHead, close }: AnswerContext,
): MessageWriter => {
  const status = edit?.status ?? head.status;
  const original = head instanceof ResponseHeadView ? head : null;
  const whole = original === null || (edit !== null && changes(edit)) ? null : original.asWritten();
  if (whole !== null) return new MessageWriter(whole, framing, lengthOf(head, framing), status);
  const phrase = original !== null && status === original.status ? original.reason : reasonPhrase(status);
  const first = `HTTP/1.${original?.old === true ? 0 : 1} ${status} ${phrase}`;
  const bodiless = hasNoBody(status);
  const body = edit?.body ?? head.made?.body;
  const write = (out: Framing, length: number, line: readonly string[] | null) => {
    const made = Object.entries(head.made?.headers ?? {}).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
    const own: Lines = [...made, ["connection", close ? "close" : "keep-alive"]];
    return new MessageWriter(headOf(first, original?.lines() ?? own, edit, line), out, length, status);
  };
  if (bodiless && (body !== undefined || !hasNoBody(head.status))) return write("none", 0, []);
  if (body !== undefined) return write(toHead ? "none" : "length", body.length, lengthLine(body.length));
  // The new status has a body, and the original status has none: the body is empty, and the head has to say so.
  if (!bodiless && hasNoBody(head.status) && !toHead) return write("length", 0, lengthLine(0));
  return write(framing, lengthOf(head, framing), null);
};

export const hasNoBody = (status: number): boolean => status < 200 || status === 204 || status === 304;
const lengthLine = (length: number): readonly string[] => ["content-length", String(length)];
const lengthOf = (head: { header(name: string): string | undefined }, framing: Framing): number =>
  framing === "length" ? Number(head.header("content-length")) : 0;
/** Does an edit change any part of a message? */
const changes = ({ status, path, headers, body }: HeadEdit): boolean =>
  status !== undefined || path !== undefined || body !== undefined || (headers !== undefined && !isEmpty(headers));
const isEmpty = (record: object): boolean => {
  for (const _ in record) return false;
  return true;
};

/**
 * Writes a head. `framing`: the line that replaces the original framing lines; []: no line replaces these; null: the
 * original framing stays.
 */
const headOf = (first: string, lines: Lines, edit: HeadEdit | null, framing: readonly string[] | null): Buffer => {
  const edits = new Map<string, string | null>();
  for (const [name, value] of Object.entries(edit?.headers ?? {})) edits.set(name.toLowerCase(), value);
  // The writer owns the framing: an edit that set the framing would break the connection for the next message.
  for (const name of FRAMING) edits.delete(name);
  // Lines that describe the original body would be wrong of the new one, unless the fault says otherwise.
  if (edit?.body !== undefined) for (const name of ABOUT_BODY) if (!edits.has(name)) edits.set(name, null);
  let text = `${first}\r\n`;
  let frame = framing;
  for (const [name, value] of lines) {
    const lower = name.toLowerCase();
    // A length line with the same value stays in place.
    if (frame !== null && lower === frame[0] && value === frame[1]) {
      text += lineOf(name, value);
      frame = [];
    } else if (!edits.has(lower) && (framing === null || !FRAMING.has(lower))) text += lineOf(name, value);
  }
  for (const [name, value] of edits) if (value !== null) text += lineOf(name, value);
  if (frame?.length === 2) text += lineOf(frame[0]!, frame[1]!);
  return Buffer.from(`${text}\r\n`, "latin1");
};
/** Coding, part, version and digests of a body (RFC 9110 8.4, 8.8 and 14.4, RFC 9530, RFC 1864). */
const ABOUT_BODY = [
  "content-encoding",
  "content-range",
  "etag",
  "digest",
  "content-digest",
  "repr-digest",
  "content-md5",
];
const FRAMING: ReadonlySet<string> = new Set(["content-length", "transfer-encoding", "trailer"]);

/**
 * Writes a header line. A fault's parameters must not break out of the line: a name or value that would is left out.
 */
const lineOf = (name: string, value: string): string => (canWrite(name, value) ? `${name}: ${value}\r\n` : "");
export const canWrite = (name: string, value: string): boolean =>
  name.length > 0 && isOf(TOKEN, name) && isOf(VALUE, value);

/** Replaces the path of a target. The query stays, unless the new path brings a query. */
export const withPath = (target: string, path: string): string => {
  const at = target.indexOf("?");
  const whole = at < 0 || path.includes("?") ? path : path + target.slice(at);
  return isOf(TARGET, whole) ? whole : target;
};

const isOf = (kind: Uint8Array, text: string): boolean => {
  const bytes = Buffer.from(text, "latin1");
  // latin1 would cut characters above 255 down to some other byte.
  return bytes.toString("latin1") === text && allOf(kind, bytes, 0, bytes.length);
};
