/** Bytes of HTTP: character classes of RFC 9110 and comparisons that make no strings. */

export const HT = 9;
export const LF = 10;
export const CR = 13;
export const SP = 32;
export const COMMA = 44;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;

const table = (holds: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
const among = (text: string) => (byte: number) => text.includes(String.fromCharCode(byte));
const isAlphaNumeric = (byte: number) => /[0-9A-Za-z]/.test(String.fromCharCode(byte)) && byte < 128;

/** Token characters (tchar): methods and header names. */
export const TOKEN = table((byte) => isAlphaNumeric(byte) || among("!#$%&'*+-.^_`|~")(byte));
/** Header value characters: field-vchar with white space and obs-text. */
export const VALUE = table((byte) => byte === HT || (byte >= SP && byte !== 127));
/**
 * Characters of request targets. Bytes above 127 are no part of a URI, but callers send such bytes and callees read
 * them.
 */
export const TARGET = table((byte) => byte > SP && byte !== 127);
/** Characters of a uri-host with an optional port. */
export const HOST = table((byte) => isAlphaNumeric(byte) || among("-._~!$&'()*+;=:%[]")(byte));
/** Value of a hexadecimal digit; 255: no digit. */
export const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(byte).toLowerCase());
  return digit < 0 ? 255 : digit;
});

/** A name in lower case, ready for `isName`. */
export const name = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Is buffer[start, end) equal to `wanted` in any case? `wanted`: lower-case letters, digits and "-". */
export const isName = (buffer: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean => {
  if (end - start !== wanted.length) return false;
  // Setting bit 5 lowers letters; the few other bytes changed this way are no token characters, or are distinguished by
  // the rest.
  for (let i = 0; i < wanted.length; i++) if ((buffer[start + i]! | 0x20) !== wanted[i]) return false;
  return true;
};

/** Index of the first byte at or after `start` that is no white space. */
export const afterSpace = (buffer: Uint8Array, start: number, end: number): number => {
  let p = start;
  while (p < end && (buffer[p] === SP || buffer[p] === HT)) p++;
  return p;
};
/** End of buffer[start, end) without the white space at the end. */
export const beforeSpace = (buffer: Uint8Array, start: number, end: number): number => {
  let p = end;
  while (p > start && (buffer[p - 1] === SP || buffer[p - 1] === HT)) p--;
  return p;
};

/** Is every byte of buffer[start, end) of the class? */
export const allOf = (kind: Uint8Array, buffer: Uint8Array, start: number, end: number): boolean => {
  for (let p = start; p < end; p++) if (kind[buffer[p]!] === 0) return false;
  return true;
};

/** Calls `each(from, to)` on every non-empty element of the comma list buffer[start, end). */
export const eachElement = (
  buffer: Uint8Array,
  start: number,
  end: number,
  each: (from: number, to: number) => void,
): void => {
  let from = start;
  for (let p = start; p <= end; p++) {
    if (p < end && buffer[p] !== COMMA) continue;
    const first = afterSpace(buffer, from, p);
    const last = beforeSpace(buffer, first, p);
    if (last > first) each(first, last);
    from = p + 1;
  }
};
