/** What rules see of a head: strings made from its bytes only when asked, and only once. */
import type { RequestView } from "../../experiments/model/match.ts";
import type { ResponseHead } from "../faults/behaviour.ts";
import { afterSpace, beforeSpace, COLON, CR, isName, name as lowered } from "./bytes.ts";
import { authorityOf, type RequestHead } from "./head.ts";

/** Borrows the bytes until `keep`, which copies them. */
export class RequestHeadView implements RequestView {
  #buffer: Buffer = NO_BYTES;
  #start = 0;
  #methodEnd = 0;
  #targetStart = 0;
  #targetEnd = 0;
  #end = 0;
  /** HTTP/1.0. */
  old = false;
  #method: string | null = null;
  #target: string | null = null;
  #path: string | null = null;

  look(buffer: Buffer, head: RequestHead, end: number): this {
    this.#buffer = buffer;
    this.#start = head.start;
    this.#methodEnd = head.methodEnd;
    this.#targetStart = head.targetStart;
    this.#targetEnd = head.targetEnd;
    this.#end = end;
    this.old = head.old;
    this.#method = null;
    this.#target = null;
    this.#path = null;
    return this;
  }
  /** From here on it owns its bytes. */
  keep(): void {
    const from = this.#start;
    this.#buffer = Buffer.from(this.#buffer.subarray(from, this.#end));
    this.#start = 0;
    this.#methodEnd -= from;
    this.#targetStart -= from;
    this.#targetEnd -= from;
    this.#end -= from;
  }
  get method(): string {
    this.#method ??= this.#buffer.toString("latin1", this.#start, this.#methodEnd);
    return this.#method;
  }
  /** The request target as it came. */
  get target(): string {
    this.#target ??= this.#buffer.toString("latin1", this.#targetStart, this.#targetEnd);
    return this.#target;
  }
  get path(): string {
    this.#path ??= pathOf(this.target);
    return this.#path;
  }
  get query(): string {
    const at = this.target.indexOf("?");
    return at < 0 ? "" : this.target.slice(at + 1);
  }
  header(name: string): string | undefined {
    const found = headerOf(this.#buffer, this.#targetEnd, this.#end, name);
    // A target in absolute form names the host, whether or not a Host line repeats it.
    return found ?? (name === "host" ? (authorityOf(this.target) ?? undefined) : undefined);
  }
  /** Every line behind the request line, in order: raw name and value. */
  lines(): Array<[string, string]> {
    return linesOf(this.#buffer, this.#targetEnd, this.#end);
  }
}

/** Owns its bytes. */
export class ResponseHeadView implements ResponseHead {
  readonly status: number;
  readonly #bytes: Buffer;

  constructor(status: number, buffer: Buffer, start: number, end: number) {
    this.status = status;
    this.#bytes = Buffer.from(buffer.subarray(start, end));
  }
  header(name: string): string | undefined {
    return headerOf(this.#bytes, 0, this.#bytes.length, name);
  }
  get reason(): string {
    return this.#bytes.toString("latin1", 13, Math.max(13, this.#bytes.indexOf(CR)));
  }
  lines(): Array<[string, string]> {
    return linesOf(this.#bytes, 0, this.#bytes.length);
  }
}

const NO_BYTES = Buffer.alloc(0);

/** Walks the lines behind the first one of a head that has been parsed, so every line is `name:value` CR LF. */
const eachLine = (
  buffer: Buffer,
  start: number,
  end: number,
  each: (nameStart: number, colon: number, valueEnd: number) => boolean,
): void => {
  let p = buffer.indexOf(CR, start) + 2;
  while (p < end - 2) {
    const colon = buffer.indexOf(COLON, p);
    const cr = buffer.indexOf(CR, colon);
    if (each(p, colon, cr)) return;
    p = cr + 2;
  }
};
const textOf = (buffer: Buffer, colon: number, cr: number): string => {
  const from = afterSpace(buffer, colon + 1, cr);
  return buffer.toString("latin1", from, beforeSpace(buffer, from, cr));
};
/** Lines of one name are one list (RFC 9110 5.3). */
const headerOf = (buffer: Buffer, start: number, end: number, name: string): string | undefined => {
  const wanted = lowered(name);
  let value: string | undefined;
  eachLine(buffer, start, end, (from, colon, cr) => {
    if (isName(buffer, from, colon, wanted)) {
      const more = textOf(buffer, colon, cr);
      value = value === undefined ? more : `${value}, ${more}`;
    }
    return false;
  });
  return value;
};
const linesOf = (buffer: Buffer, start: number, end: number): Array<[string, string]> => {
  const lines: Array<[string, string]> = [];
  eachLine(buffer, start, end, (from, colon, cr) => {
    lines.push([buffer.toString("latin1", from, colon), textOf(buffer, colon, cr)]);
    return false;
  });
  return lines;
};

const pathOf = (target: string): string => {
  const whole = target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]+/i, "");
  const at = whole.indexOf("?");
  const path = at < 0 ? whole : whole.slice(0, at);
  return path === "" ? "/" : path;
};
