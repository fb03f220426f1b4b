import { describe, expect, test } from "vitest";
import { EDGE_LIMITS } from "../../experiments/model/mesh/edge-limits.ts";
import { BAD, blankUpgrade, MORE } from "./fields.ts";
import { REQUEST_HEAD, RESPONSE_HEAD } from "./head.ts";
import { PartialHead } from "./partial-head.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const request = (text: string) => {
  const buffer = bytes(text);
  return { at: REQUEST_HEAD.parse(buffer, 0, buffer.length), buffer };
};
const FULL =
  "POST /a/b?c=d HTTP/1.1\r\nHost: shop:80\r\nContent-Length: 12\r\nConnection: keep-alive, Upgrade, close\r\n" +
  "Upgrade: websocket\r\nExpect: 100-Continue\r\nX-Content-Length: 99\r\n\r\n";

describe("a request head", () => {
  test("says where it ends and how its body is framed", () => {
    const { at } = request(`${FULL}hello world!`);
    expect(at).toBe(FULL.length);
    const { length, chunked, close, keepAlive, upgrade, h2c, expectsContinue, old } = REQUEST_HEAD;
    expect({ length, chunked, close, keepAlive, upgrade, h2c, expectsContinue, old }).toEqual({
      length: 12,
      chunked: false,
      close: true,
      keepAlive: true,
      upgrade: true,
      h2c: false,
      expectsContinue: true,
      old: false,
    });
  });
  test("is incomplete at every shorter length, and never judged too early", () => {
    for (let end = 0; end < FULL.length; end++) expect(REQUEST_HEAD.parse(bytes(FULL), 0, end)).toBe(MORE);
  });
  test("is found behind other bytes of the same buffer", () => {
    const buffer = bytes(`garbage${FULL}garbage`);
    expect(REQUEST_HEAD.parse(buffer, 7, buffer.length)).toBe(7 + FULL.length);
    expect(buffer.toString("latin1", REQUEST_HEAD.targetStart, REQUEST_HEAD.targetEnd)).toBe("/a/b?c=d");
  });
  test("leaves nothing of the one before", () => {
    request(FULL);
    request("GET / HTTP/1.0\r\n\r\n");
    const { length, close, keepAlive, upgrade, expectsContinue, hosts, old } = REQUEST_HEAD;
    expect([length, close, keepAlive, upgrade, expectsContinue, hosts, old]).toEqual([
      -1,
      false,
      false,
      false,
      false,
      0,
      true,
    ]);
  });
  test("may have white space around values, and odd case in names", () => {
    request("GET / HTTP/1.1\r\nHOST:\t x \t\r\ncOnTeNt-LeNgTh:  7  \r\n\r\n");
    expect([REQUEST_HEAD.hosts, REQUEST_HEAD.length]).toEqual([1, 7]);
  });
  test.each([
    ["gzip, chunked", true],
    ["CHUNKED", true],
    [",chunked,", true],
  ])("is chunked by Transfer-Encoding %j", (value, chunked) => {
    expect(request(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${value}\r\n\r\n`).at).toBeGreaterThan(0);
    expect(REQUEST_HEAD.chunked).toBe(chunked);
  });
  test.each([
    ["*", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["an absolute URL", "GET http://X/a HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["an absolute URL in HTTP/1.0", "GET http://x/a HTTP/1.0\r\n\r\n"],
    ["a path beyond ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"],
    ["an IPv6 Host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"],
  ])("may have %s", (_what, text) => expect(request(text).at).toBe(text.length));
  test("is refused as soon as what is there cannot become one", () => {
    expect(request("GET / SMTP").at).toBe(BAD);
    expect(request("\x16\x03\x01").at).toBe(BAD);
    expect(request("GET / HTTP/1.1\r\nHost: x\r\nA : ").at).toBe(BAD);
  });
  test("is refused when it is larger than 64 KiB, complete or not", () => {
    const value = "a".repeat(EDGE_LIMITS.headBytes);
    expect(request(`GET / HTTP/1.1\r\nHost: x\r\nA: ${value}`).at).toBe(BAD);
    expect(request(`GET / HTTP/1.1\r\nHost: x\r\nA: ${value}\r\n\r\n`).at).toBe(BAD);
    expect(REQUEST_HEAD.refusal?.status).toBe(431);
    const fits = `GET / HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(EDGE_LIMITS.headBytes - 32)}\r\n\r\n`;
    expect([fits.length, request(fits).at]).toEqual([EDGE_LIMITS.headBytes, EDGE_LIMITS.headBytes]);
  });
});

describe("elements of a Connection line", () => {
  test.each([
    [" upgrade", "        "],
    [" keep-alive, Upgrade", " keep-alive,        "],
    ["upgrade,UPGRADE , x-upgrade", "       ,        , x-upgrade"],
    [" x", " x"],
  ])("are blanked in place: %j", (value, blanked) => {
    const buffer = bytes(`C:${value}\r\n`);
    blankUpgrade(buffer, 2, 2 + value.length);
    expect(buffer.toString("latin1")).toBe(`C:${blanked}\r\n`);
  });
  test("are blanked only where they are meant", () => {
    const buffer = bytes("Upgrade, HTTP2-Settings");
    blankUpgrade(buffer, 0, buffer.length);
    expect(buffer.toString("latin1")).toBe("       , HTTP2-Settings");
  });
});

describe("a response head", () => {
  const parse = (text: string) => RESPONSE_HEAD.parse(bytes(text), 0, text.length);
  test.each([
    ["HTTP/1.1 200 OK\r\n\r\n", 200, false],
    ["HTTP/1.1 404\r\n\r\n", 404, false],
    ["HTTP/1.0 299 Anything, really \xe4\r\nA: b\r\n\r\n", 299, true],
  ])("%j is one", (text, status, old) => {
    expect([parse(text), RESPONSE_HEAD.status, RESPONSE_HEAD.old]).toEqual([text.length, status, old]);
    for (let end = 0; end < text.length; end++) expect(RESPONSE_HEAD.parse(bytes(text), 0, end)).toBe(MORE);
  });
  test.each([
    "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1 099 No\r\n\r\n",
    "HTTP/1.1  200 OK\r\n\r\n",
    "ICY 200 OK\r\n\r\n",
  ])("%j is none", (text) => expect(parse(text)).toBe(BAD));
  test("may repeat its length, but not say two", () => {
    const of = (...lengths: string[]) =>
      parse(`HTTP/1.1 200 OK\r\n${lengths.map((length) => `Content-Length: ${length}\r\n`).join("")}\r\n`);
    expect([of("3", "3") > 0, RESPONSE_HEAD.length, of("3", "3", "3") > 0, of("3", "4"), of("3, 4")]).toEqual([
      ...[true, 3, true, BAD, BAD],
    ]);
  });
});

describe("a head in pieces", () => {
  test("is worth another look only when a line has ended, or it is too much", () => {
    const partial = new PartialHead(bytes("GET / H"), 0, 7);
    const looks = [..."TTP/1.1\r\nA"].map((byte) => partial.append(bytes(byte), 0, 1));
    expect(looks.map(Number).join("")).toBe("0000000010");
    expect(partial.bytes.toString("latin1", 0, partial.length)).toBe("GET / HTTP/1.1\r\nA");
    const large = Buffer.alloc(EDGE_LIMITS.headBytes, "a");
    expect(partial.append(large, 0, large.length)).toBe(true);
  });
});
