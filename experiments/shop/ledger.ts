/**
 * Writes every order down, over a line protocol on TCP:
 *   append <order> <amount>   → ok <number of lines so far>
 *   ping                      → pong
 * Any other line → error <why>. Many lines may follow each other on a connection; each is answered in turn.
 */
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { ownHost, ownPort } from "./environment.ts";

let lines = 0;

const answer = (line: string): string => {
  const [word, order, amount] = line.trim().split(" ");
  if (word === "ping") return "pong";
  if (word !== "append") return `error no such command: ${word}`;
  if (order === undefined || !Number.isInteger(Number(amount ?? "?"))) return "error expected: append <order> <amount>";
  lines += 1;
  return `ok ${lines}`;
};

createServer((socket) => {
  socket.on("error", () => socket.destroy());
  createInterface({ input: socket })
    .on("line", (line) => socket.writable && socket.write(`${answer(line)}\n`))
    // The readline interface re-emits errors of the socket, and an unhandled error would end the process.
    .on("error", () => socket.destroy());
}).listen(ownPort(), ownHost());
