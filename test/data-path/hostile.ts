/**
 * Bytes that hostile or broken callers send to an HTTP edge, and the answer that each must get. `answer`: the status of
 * the first answer, or "closed" where there is no caller to answer. The callee must never see any such byte, unless
 * `reaches` says so.
 */
export interface Hostile {
  readonly name: string;
  readonly bytes: string;
  readonly answer: number | "closed";
  /** Part of the reason in the answer's `x-squall-refused`. */
  readonly refused?: string;
  /** Last bytes of the answer, in a protocol that has no room for the reason; absent: the answer has the reason. */
  readonly tells?: string;
  /** Half a request: the caller sends FIN after these bytes. */
  readonly fin?: true;
  /** The callee sees a request before the error. */
  readonly reaches?: true;
}

const get = (...headers: string[]): string => `GET / HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join("")}\r\n`;
const post = (...headers: string[]): string =>
  `POST / HTTP/1.1\r\nHost: x\r\n${headers.map((line) => `${line}\r\n`).join("")}\r\n`;
const chunked = (body: string): string => post("Transfer-Encoding: chunked") + body;
const bad = (name: string, bytes: string, refused: string, answer = 400): Hostile => ({ name, bytes, answer, refused });

export const hostile: readonly Hostile[] = [
  // Request lines
  bad("no request line", "hello\r\n\r\n", "bad-request-line"),
  bad("an unfinished HTTP/0.9 request", "GET /\r\n\r\n", "bad-request-line"),
  bad("two spaces in the request line", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a space in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a tab as separator", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a space before the method", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a space behind the version", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a method that is no token", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a version in lower case", "GET / http/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a version of two digits", "GET / HTTP/1.10\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("no version number", "GET / HTTP/\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a control character in the target", "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("DEL in the target", "GET /\x7f HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("a target that is neither path nor URL", "GET foo HTTP/1.1\r\nHost: x\r\n\r\n", "bad-target"),
  bad("* without OPTIONS", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "bad-target"),
  bad("a URL of another scheme", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "bad-target"),
  bad("a URL without a host", "GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", "bad-target"),
  bad("many empty lines", `${"\r\n".repeat(20)}${get("Host: x")}`, "bad-request-line"),
  bad("a bare LF before the request", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "bare-lf"),
  bad("a bare CR before the request", "\rGET / HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request-line"),
  bad("HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", "version", 505),
  bad("HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", "version", 505),
  bad("HTTP/0.9 by number", "GET / HTTP/0.9\r\nHost: x\r\n\r\n", "version", 505),
  // The answer is HTTP/2's: SETTINGS and GOAWAY.
  {
    name: "the HTTP/2 preface",
    bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    answer: "closed",
    refused: "http2-preface",
  },
  // The answer is TLS's own: a fatal alert, protocol_version.
  {
    name: "a TLS hello",
    bytes: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    answer: "closed",
    refused: "tls",
    tells: "\x15\x03\x03\x00\x02\x02\x46",
  },
  bad("an SSH banner", "SSH-2.0-OpenSSH_9.2\r\n", "bad-request-line"),
  bad("CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", "connect", 501),
  bad("a target of 70 KB", `GET /${"a".repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, "head-too-large", 431),
  bad("an endless method", "A".repeat(70_000), "head-too-large", 431),

  // Line ends and white space
  bad("bare LF as line end", "GET / HTTP/1.1\nHost: x\n\n", "bare-lf"),
  bad("bare LF behind a header", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", "bare-lf"),
  bad("bare LF behind the last header", "GET / HTTP/1.1\r\nHost: x\r\nA: b\n\r\n", "bare-lf"),
  bad("bare LF as the empty line", "GET / HTTP/1.1\r\nHost: x\r\n\n", "bare-lf"),
  bad("bare CR in a header", get("Host: x", "A: b\rc"), "bare-cr"),
  bad("bare CR as the empty line", "GET / HTTP/1.1\r\nHost: x\r\n\rX", "bare-cr"),
  bad("a header hidden behind a bare CR", get("Host: x", "A: b\rTransfer-Encoding: chunked"), "bare-cr"),
  bad("a folded header", get("Host: x", "A: b", " c"), "obs-fold"),
  bad("a header folded with a tab", get("Host: x", "A: b", "\tc"), "obs-fold"),
  bad("white space before the first header", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", "obs-fold"),
  bad("a space before the colon", get("Host: x", "Content-Length : 5"), "space-before-colon"),
  bad("a tab before the colon", get("Host: x", "Transfer-Encoding\t: chunked"), "space-before-colon"),
  bad("NUL in a header's name", get("Host: x", "A\0: b"), "control-character"),
  bad("NUL in a header's value", get("Host: x", "A: b\0c"), "control-character"),
  bad("a control character in a value", get("Host: x", "A: \x02"), "control-character"),
  bad("a header without a colon", get("Host: x", "Abc"), "bad-header"),
  bad("a header without a name", get("Host: x", ": b"), "bad-header"),
  bad("a header name that is no token", get("Host: x", "A(b): c"), "bad-header"),
  bad("a header name beyond ASCII", get("Host: x", "\xc3\xa4: b"), "bad-header"),
  bad(
    "a head of 70 KB",
    get("Host: x", ...Array.from({ length: 70 }, (_, i) => `A${i}: ${"b".repeat(1_000)}`)),
    "head-too-large",
    431,
  ),
  bad("one header of 70 KB", get("Host: x", `A: ${"b".repeat(70_000)}`), "head-too-large", 431),
  bad(
    "2000 small headers",
    get("Host: x", ...Array.from({ length: 2_000 }, (_, i) => `A${i}: b`)),
    "head-too-large",
    431,
  ),

  // Host
  bad("no Host", get(), "no-host"),
  bad("two Hosts", get("Host: x", "Host: y"), "two-hosts"),
  bad("the same Host twice", get("Host: x", "Host: x"), "two-hosts"),
  bad("two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", "two-hosts"),
  bad("a Host that is a list", get("Host: x, y"), "bad-host"),
  bad("a Host with a path", get("Host: x/y"), "bad-host"),
  bad("a Host with user information", get("Host: a@x"), "bad-host"),

  // Lengths
  bad(
    "two Content-Lengths that differ",
    `${post("Content-Length: 3", "Content-Length: 4")}abcd`,
    "two-content-lengths",
  ),
  bad("two Content-Lengths that agree", `${post("Content-Length: 3", "Content-Length: 3")}abc`, "two-content-lengths"),
  bad("a Content-Length that is a list", `${post("Content-Length: 3, 4")}abcd`, "two-content-lengths"),
  bad("a Content-Length that is a list of the same", `${post("Content-Length: 3, 3")}abc`, "two-content-lengths"),
  bad("a negative Content-Length", `${post("Content-Length: -1")}abc`, "bad-content-length"),
  bad("a signed Content-Length", `${post("Content-Length: +3")}abc`, "bad-content-length"),
  bad("a Content-Length in hexadecimal", `${post("Content-Length: 0x3")}abc`, "bad-content-length"),
  bad("a Content-Length with a fraction", `${post("Content-Length: 3.0")}abc`, "bad-content-length"),
  bad("a Content-Length with an exponent", `${post("Content-Length: 1e3")}abc`, "bad-content-length"),
  bad("a Content-Length with white space in it", `${post("Content-Length: 1 3")}abc`, "bad-content-length"),
  bad("an empty Content-Length", `${post("Content-Length:")}abc`, "bad-content-length"),
  bad("a Content-Length beyond 2^63", `${post("Content-Length: 99999999999999999999")}abc`, "bad-content-length"),
  bad("a length with chunked", `${post("Content-Length: 3", "Transfer-Encoding: chunked")}0\r\n\r\n`, "length-with"),
  bad("chunked with a length", `${post("Transfer-Encoding: chunked", "Content-Length: 3")}0\r\n\r\n`, "length-with"),
  bad("chunked in odd case with a length", post("tRANSFER-eNCODING: cHUNKED", "cONTENT-lENGTH: 3"), "length-with"),

  // Transfer-Encoding
  bad("an unknown coding", post("Transfer-Encoding: xchunked"), "bad-transfer-encoding"),
  bad("gzip as the only coding", post("Transfer-Encoding: gzip"), "bad-transfer-encoding"),
  bad("chunked that is not last", post("Transfer-Encoding: chunked, gzip"), "bad-transfer-encoding"),
  bad("chunked twice", post("Transfer-Encoding: chunked, chunked"), "bad-transfer-encoding"),
  bad(
    "two Transfer-Encodings",
    post("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
    "bad-transfer-encoding",
  ),
  bad("identity", post("Transfer-Encoding: identity"), "bad-transfer-encoding"),
  bad("an empty coding", post("Transfer-Encoding:"), "bad-transfer-encoding"),
  bad("chunked with a parameter", post("Transfer-Encoding: chunked;a=b"), "bad-transfer-encoding"),
  bad("chunked in quotes", post('Transfer-Encoding: "chunked"'), "bad-transfer-encoding"),
  bad("chunked behind a vertical tab", post("Transfer-Encoding: \x0bchunked"), "control-character"),
  bad("chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "bad-transfer-encoding"),

  // Chunks
  bad("a chunk size that is no number", chunked("xyz\r\n"), "bad-chunk"),
  bad("an empty chunk size", chunked("\r\nabc"), "bad-chunk"),
  bad("a negative chunk size", chunked("-1\r\n"), "bad-chunk"),
  bad("a chunk size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), "bad-chunk"),
  bad("a chunk size with an underscore", chunked("1_0\r\n"), "bad-chunk"),
  bad("a chunk size behind a space", chunked(" 3\r\nabc\r\n0\r\n\r\n"), "bad-chunk"),
  bad("a chunk size beyond 2^52", chunked("fffffffffffffff\r\nabc"), "bad-chunk"),
  bad("a chunk size with endless zeros", chunked(`${"0".repeat(5_000)}3\r\nabc\r\n0\r\n\r\n`), "bad-chunk"),
  bad("a chunk size that ends with a bare LF", chunked("3\nabc\r\n0\r\n\r\n"), "bad-chunk"),
  bad("a chunk size that ends with a bare CR", chunked("3\rabc\r\n0\r\n\r\n"), "bad-chunk"),
  bad("a chunk longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n"), "bad-chunk"),
  bad("a chunk that ends with a bare LF", chunked("3\r\nabc\n0\r\n\r\n"), "bad-chunk"),
  bad("a bare LF in a chunk extension", chunked("3;a\nb\r\nabc\r\n0\r\n\r\n"), "bad-chunk"),
  bad("NUL in a chunk extension", chunked("3;a=\0\r\nabc\r\n0\r\n\r\n"), "bad-chunk"),
  bad("an endless chunk extension", chunked(`3;${"a".repeat(10_000)}\r\nabc\r\n0\r\n\r\n`), "bad-chunk"),
  bad("garbage instead of a chunk extension", chunked("3 x\r\nabc\r\n0\r\n\r\n"), "bad-chunk"),
  bad("a trailer without a colon", chunked("0\r\nabc\r\n\r\n"), "bad-chunk"),
  bad("a folded trailer", chunked("0\r\na: b\r\n c\r\n\r\n"), "bad-chunk"),
  bad("a trailer with a bare LF", chunked("0\r\na: b\n\r\n"), "bad-chunk"),
  bad("a trailer section of 20 KB", chunked(`0\r\na: ${"b".repeat(20_000)}\r\n\r\n`), "bad-chunk"),
  bad("an end with a bare LF", chunked("0\r\n\n"), "bad-chunk"),

  // Half requests. FIN goes on to the callee behind what came, and the callee answers as it likes.
  { name: "nothing at all", bytes: "", answer: "closed", fin: true },
  { name: "a few empty lines", bytes: "\r\n\r\n", answer: "closed", fin: true },
  { name: "half a request line", bytes: "GET / HT", answer: 400, fin: true },
  { name: "half a head", bytes: "GET / HTTP/1.1\r\nHost: x\r\n", answer: 400, fin: true },
  { name: "half a body", bytes: `${post("Content-Length: 10")}abc`, answer: 400, fin: true, reaches: true },
  { name: "half a chunk", bytes: chunked("a\r\nabc"), answer: 400, fin: true, reaches: true },
  { name: "chunks without an end", bytes: chunked("3\r\nabc\r\n"), answer: 400, fin: true, reaches: true },
];
