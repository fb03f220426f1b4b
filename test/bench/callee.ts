/**
 * Callee of transfers, a process of its own: sends the pattern to a GET, and reads the body of a POST to its end before
 * it answers, with 200 if the body is the pattern and 400 if not. Heads come whole and bodies have a length.
 */
import { createServer, type Socket } from "node:net";
import { BULK, BULK_BYTES, isPattern } from "./pattern.ts";

const HEAD_END = "\r\n\r\n";
const answer = (status: string, body: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const serve = (socket: Socket): void => {
  let head = Buffer.alloc(0);
  let body: { readonly length: number; received: number; isRight: boolean } | null = null;
  const take = (bytes: Buffer): void => {
    if (body === null) {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      const text = head.toString("latin1", 0, end);
      const rest = head.subarray(end + HEAD_END.length);
      head = Buffer.alloc(0);
      if (text.startsWith("GET ")) {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${BULK_BYTES}\r\n\r\n`);
        socket.write(BULK);
        if (rest.length > 0) take(rest);
        return;
      }
      body = { length: Number(/^content-length: *(\d+)/im.exec(text)![1]), received: 0, isRight: true };
      take(rest);
      return;
    }
    const part = bytes.subarray(0, body.length - body.received);
    body.isRight &&= isPattern(part, body.received);
    body.received += part.length;
    if (body.received < body.length) return;
    socket.write(body.isRight ? answer("200 OK", "whole") : answer("400 Bad Request", "not the pattern"));
    body = null;
    if (part.length < bytes.length) take(bytes.subarray(part.length));
  };
  socket.on("data", take).on("error", () => {});
};

const server = createServer({ noDelay: true, highWaterMark: 1024 * 1024 }, serve);
server.listen({ port: Number(process.env.PORT), host: "127.0.0.1", backlog: 4096 });
