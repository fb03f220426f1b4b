// A service that means harm: each answer is another of the kinds below, written as raw bytes. `GET /count` tells how many there were.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";

const secret = process.env.HOSTILE_SECRET ?? "";
const repeat = (text, times) => text.repeat(times);
const answer = (body, headers = [], status = "200 OK") => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, `content-length: ${bytes.length}`, ...headers];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), bytes]);
};
const raw = (text) => Buffer.from(text, "latin1");
const json = (value, headers = []) => answer(JSON.stringify(value), ["content-type: application/json", ...headers]);
const bomb = gzipSync(Buffer.alloc(50_000_000));
const wide = JSON.stringify(Array.from({ length: 4_000 }, (_, i) => ({ x: [i, { y: "a" }] })));

const encoded = [
  (text) => text,
  encodeURIComponent,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  (text) => [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  (text) => [...text].map((character) => `&#x${character.charCodeAt(0).toString(16)};`).join(""),
];
const told = () => encoded[randomInt(encoded.length)](secret);
const at = (offset) => `${repeat("x", Math.max(0, offset - randomInt(60)))}${told()}${repeat("y", randomInt(3_000))}`;

const TYPES = [
  "text/html",
  "application/xml",
  "image/png",
  "application/grpc",
  "*/*",
  "\xff",
  "",
  "application/json; charset=utf-7",
];
const write = (bytes) => (socket) => socket.write(bytes);
/** By the milliseconds, until nobody listens any more. */
const drip = (head, next, everyMs) => (socket) => {
  socket.write(raw(head));
  const timer = setInterval(() => socket.write(next), everyMs);
  socket.once("close", () => clearInterval(timer));
};
const pour = (head, chunk) => (socket) => {
  socket.write(raw(head));
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
};
const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const KINDS = [
  () => write(answer(repeat("[", 30_000) + repeat("]", 30_000))),
  () => write(answer(`${repeat('{"a":', 10_000)}1${repeat("}", 10_000)}`)),
  () => write(answer(repeat("[", 3_000) + repeat("]", 3_000))),
  () => write(answer(repeat("[", 200) + repeat("]", 200))),
  () => write(answer(wide)),
  () => write(answer(repeat("a", 65_536))),
  () => write(answer(repeat("a", 65_537))),
  () => write(answer(repeat("ab", 500_000))),
  () => write(answer(repeat("[", 65_536))),
  () =>
    write(json({ list: Array.from({ length: 200 }, () => ({ text: repeat("a", 200), pattern: "(a|aa)+(a|aa)+b" })) })),
  () => write(json({ list: [{ text: repeat("a", 30_000), pattern: "((((){999}){999}){999}){999}" }] })),
  () => write(raw(`HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n\xff\xfe\xc0\xaf\xed\xa0\x80\x00`)),
  () => write(json({ x: "\ud800", __proto__: null, constructor: 1 })),
  () => write(answer('{"__proto__":{"x":1},"x":1e999,"x":-0,"x":"\\u0000\\u001b[31m"}')),
  () => write(answer("\u001b[2J\u0007<script>alert(1)</script>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")),
  () => write(answer("x", [`content-type: ${TYPES[randomInt(TYPES.length)]}`])),
  () => write(answer(bomb, ["content-encoding: gzip"])),
  () => write(answer("no gzip", ["content-encoding: gzip, br, identity"])),
  () => write(answer("", ["set-cookie: a"], "204 No Content")),
  () => write(answer("x", [], "999 Whatever")),
  () => write(answer("x", [`x-long: ${repeat("a", 9_000)}`])),
  () => write(answer("x", [`x-huge: ${repeat("a", 40_000)}`])),
  () =>
    write(
      answer(
        "x",
        Array.from({ length: 500 }, (_, i) => `x-${i}: a`),
      ),
    ),
  () => write(raw("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nx")),
  () => write(raw("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxy")),
  () => write(raw(`${chunked}zz\r\nx`)),
  () => write(raw(`${chunked}ffffffffffffffff\r\nx`)),
  () => write(raw("SSH-2.0-OpenSSH_9\r\n\r\n")),
  () => write(raw("HTTP/1.1 301 Moved\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n")),
  () => write(raw(`${repeat("HTTP/1.1 100 Continue\r\n\r\n", 200)}HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx`)),
  () => (socket) => socket.end(raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")),
  () => (socket) => socket.resetAndDestroy(),
  () => (socket) =>
    socket.write(raw("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf"), () => socket.resetAndDestroy()),
  () => () => {},
  () => drip("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n", "a", 20),
  () => drip("HTTP/1.1 200 OK\r\n", "x-more: 1\r\n", 20),
  () => drip(chunked, "1\r\na\r\n", 5),
  () => pour(chunked, `10000\r\n${repeat("a", 65_536)}\r\n`),
  () => write(json({ x: at(200) })),
  () => write(answer(at(randomInt(1_200)))),
  () => write(answer(at(65_536))),
  () => write(answer("x", [`x-long: ${encodeURIComponent(secret)}`])),
];

let count = 0;
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", (data) => {
    if (data.includes("GET /count")) socket.write(answer(String(count)));
    else KINDS[count++ % KINDS.length]()(socket);
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`hostile at 127.0.0.1:${server.address().port}\n`));
