import { describe, expect, test } from "vitest";
import { BodyReader, type Framing } from "./body.ts";
import { BROKEN, DATA, END, NOTHING_YET, TRAILER } from "./chunked.ts";
import { BAD, MORE } from "./fields.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

/** Parts found when the pieces arrive one after another, each in a separate buffer between other bytes. */
const taken = (framing: Framing, length: number, pieces: readonly string[]) => {
  const reader = new BodyReader();
  reader.start(framing, length);
  let data = "";
  let trailers = "";
  for (const [i, piece] of pieces.entries()) {
    const buffer = bytes(`<<${piece}>>`);
    const end = buffer.length - 2;
    for (let p = 2; ; ) {
      p = reader.read(buffer, p, end);
      if (reader.found === NOTHING_YET) break;
      if (reader.found === DATA) data += buffer.toString("latin1", reader.from, reader.to);
      if (reader.found === TRAILER) trailers += buffer.toString("latin1", reader.from, reader.to);
      if (reader.found === BROKEN) return { data, trailers, broken: true };
      if (reader.found === END) return { data, trailers, left: piece.slice(p - 2) + pieces.slice(i + 1).join("") };
    }
  }
  return { data, trailers, unfinished: true };
};
/** End of the same body for bytes that only pass, over all pieces; or BAD or MORE. */
const skipped = (framing: Framing, length: number, pieces: readonly string[]) => {
  const reader = new BodyReader();
  reader.start(framing, length);
  let before = 0;
  for (const piece of pieces) {
    const at = reader.skip(bytes(`<<${piece}>>`), 2, 2 + piece.length);
    if (at === BAD) return BAD;
    if (at !== MORE) return before + at - 2;
    before += piece.length;
  }
  return MORE;
};
const inTwo = (text: string): string[][] =>
  Array.from({ length: text.length + 1 }, (_, i) => [text.slice(0, i), text.slice(i)]);
const inThree = (text: string): string[][] => inTwo(text).flatMap(([a, b]) => inTwo(b!).map(([c, d]) => [a!, c!, d!]));

const messages = [
  ["length", 5, "hello", "hello", ""],
  ["none", 0, "", "", ""],
  ["chunked", 0, "0\r\n\r\n", "", ""],
  ["chunked", 0, "5\r\nhello\r\n0\r\n\r\n", "hello", ""],
  ["chunked", 0, '1;a=b\r\nx\r\nA ;c="d; e"\r\n0123456789\r\n0000\r\n\r\n', "x0123456789", ""],
  ["chunked", 0, "3\r\n\r\n\n\r\n0;end\r\nt: v\r\nlonger: \xe4, b\r\n\r\n", "\r\n\n", "t: v\r\nlonger: \xe4, b\r\n"],
] as const;

describe.each(messages)("a %s body (%i) %j", (framing, length, body, data, trailers) => {
  const next = "GET /next";
  test("is the same however its bytes are cut, and what follows it is left alone", () => {
    const whole = body + next;
    for (const pieces of [...inTwo(whole), ...inThree(whole), [...whole]]) {
      expect(taken(framing, length, pieces), JSON.stringify(pieces)).toEqual({ data, trailers, left: next });
      expect(skipped(framing, length, pieces), JSON.stringify(pieces)).toBe(body.length);
    }
  });
  test("is unfinished at every shorter length", () => {
    for (let end = 0; end < body.length; end++) {
      expect(taken(framing, length, [body.slice(0, end)])).toMatchObject({ unfinished: true });
      expect(skipped(framing, length, [body.slice(0, end)])).toBe(MORE);
    }
  });
});

test("a body that lasts until FIN is all data and never ends by itself", () => {
  expect(taken("close", 0, ["any", "", "thing 0\r\n\r\n"])).toEqual({
    data: "anything 0\r\n\r\n",
    trailers: "",
    unfinished: true,
  });
  expect(skipped("close", 0, ["anything"])).toBe(MORE);
});

test.each([
  "g\r\n",
  "\r\n",
  "-1\r\n",
  "5\n",
  "5\rx",
  "5 x\r\n",
  "2\r\nabc\r\n",
  "2\r\nab\n",
  "0\r\n\n",
  "0\r\nbad\r\n\r\n",
  "10000000000000\r\n",
])("the chunks %j are malformed, however they are cut", (text) => {
  for (const pieces of [...inTwo(text), [...text]]) {
    expect(taken("chunked", 0, pieces), JSON.stringify(pieces)).toMatchObject({ broken: true });
    expect(skipped("chunked", 0, pieces), JSON.stringify(pieces)).toBe(BAD);
  }
});

test("the largest size that is allowed is still counted exactly", () => {
  const reader = new BodyReader();
  reader.start("chunked", 0);
  const head = bytes("fffffffffffff\r\n");
  expect(reader.skip(head, 0, head.length)).toBe(MORE);
  const block = Buffer.alloc(1024);
  expect(reader.skip(block, 0, block.length)).toBe(MORE);
});

test("a reader starts anew for each message, whatever the one before left", () => {
  const reader = new BodyReader();
  reader.start("chunked", 0);
  reader.skip(bytes("5\r\nab"), 0, 5);
  reader.start("chunked", 0);
  expect(reader.skip(bytes("1\r\nx\r\n0\r\n\r\n"), 0, 11)).toBe(11);
  reader.start("length", 3);
  expect(reader.skip(bytes("abcd"), 0, 4)).toBe(3);
});
