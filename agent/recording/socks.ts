/**
 * SOCKS5 server side, limited to the part that a caller needs to connect: RFC 1928, with the user names of RFC 1929.
 */
import type { Socket } from "node:net";
import type { Address } from "../transport/transport.ts";

export const VERSION = 5;
const NO_METHOD = 0xff;
const METHOD = { none: 0, password: 2 } as const;
const CONNECT = 1;
const ADDRESS = { ipv4: 1, name: 3, ipv6: 4 } as const;
const REPLY = { done: 0, unreachable: 4, unsupported: 7 } as const;
/** Answer with `reply` and an address of zeros: no client uses the address from which the proxy dialled. */
const answerOf = (reply: number): Buffer => Buffer.from([VERSION, reply, 0, ADDRESS.ipv4, 0, 0, 0, 0, 0, 0]);

/** Dials for the caller; false: the callee could not be reached. */
export type Dial = (caller: string | null, address: Address) => Promise<boolean>;

/** Reads one handshake message once whole: returns the value and the length in bytes. */
type MessageReader<T> = (bytes: Buffer) => { readonly value: T; readonly length: number } | null;

const greeting: MessageReader<readonly number[]> = (bytes) => {
  const count = bytes[1];
  if (count === undefined || bytes.length < 2 + count) return null;
  return { value: [...bytes.subarray(2, 2 + count)], length: 2 + count };
};
/** Reads `01 length name length password`; the value is the name. */
const password: MessageReader<string> = (bytes) => {
  const nameEnd = 2 + (bytes[1] ?? Number.POSITIVE_INFINITY);
  const length = nameEnd + 1 + (bytes[nameEnd] ?? Number.POSITIVE_INFINITY);
  return bytes.length < length ? null : { value: bytes.toString("utf8", 2, nameEnd), length };
};
const ipv6 = (bytes: Buffer): string => (bytes.toString("hex").match(/.{4}/g) ?? []).join(":");
/** Reads `05 command 00 kind address port`; null: an unsupported command or address kind. */
const connectRequest: MessageReader<Address | null> = (bytes) => {
  const [, command, , kind, nameLength] = bytes;
  if (kind === undefined || nameLength === undefined) return null;
  const start = kind === ADDRESS.name ? 5 : 4;
  const size = { [ADDRESS.ipv4]: 4, [ADDRESS.ipv6]: 16, [ADDRESS.name]: nameLength }[kind];
  if (size === undefined || command !== CONNECT) return { value: null, length: bytes.length };
  if (bytes.length < start + size + 2) return null;
  const raw = bytes.subarray(start, start + size);
  const host = kind === ADDRESS.name ? raw.toString("latin1") : kind === ADDRESS.ipv4 ? raw.join(".") : ipv6(raw);
  return { value: { host, port: bytes.readUInt16BE(start + size) }, length: start + size + 2 };
};

/** Reads the next message; rejects when the caller goes before the message is whole. Later bytes stay in the socket. */
const readMessage = <T>(socket: Socket, read: MessageReader<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    let held = Buffer.alloc(0);
    const done = () => socket.off("readable", look).off("end", gone).off("close", gone);
    const gone = () => {
      done();
      reject(new Error("closed within the handshake"));
    };
    const look = () => {
      for (let bytes = socket.read() as Buffer | null; bytes !== null; bytes = socket.read() as Buffer | null)
        held = Buffer.concat([held, bytes]);
      const found = read(held);
      if (found === null) return;
      done();
      if (found.length < held.length) socket.unshift(held.subarray(found.length));
      resolve(found.value);
    };
    socket.on("readable", look).on("end", gone).on("close", gone);
    look();
  });

const handshake = async (socket: Socket, dial: Dial): Promise<void> => {
  const methods = await readMessage(socket, greeting);
  const method = [METHOD.password, METHOD.none].find((each) => methods.includes(each)) ?? NO_METHOD;
  socket.write(Buffer.from([VERSION, method]));
  if (method === NO_METHOD) throw new Error("no method in common");
  const name = method === METHOD.password ? await readMessage(socket, password) : "";
  // Any password is accepted: the name is a label, not a right.
  if (method === METHOD.password) socket.write(Buffer.from([1, 0]));
  const address = await readMessage(socket, connectRequest);
  if (address === null) {
    socket.end(answerOf(REPLY.unsupported));
    return;
  }
  if (await dial(name === "" ? null : name, address)) socket.write(answerOf(REPLY.done));
  else socket.end(answerOf(REPLY.unreachable));
};

export const serveSocks = (socket: Socket, dial: Dial): void => {
  handshake(socket, dial).catch(() => socket.destroy());
};
