/** DNS server on a loopback UDP port (RFC 1035, 4): answers A and AAAA questions from a table that a test changes. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";

/** A name's addresses; `silent`: no answer comes; `fails`: SERVFAIL. A name outside the table does not exist. */
export type DnsEntry = { readonly addresses: readonly string[]; readonly ttlS?: number } | "silent" | "fails";
export interface DnsServer {
  readonly port: number;
  readonly names: Map<string, DnsEntry>;
  /** Questions so far, such as `A payments.shop`. */
  readonly questions: string[];
  close(): Promise<void>;
}

const [A, AAAA] = [1, 28];
const SERVFAIL = 2;
const NXDOMAIN = 3;

const questionOf = (message: Buffer) => {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
};
const bytesOf = (address: string): Buffer => {
  if (!isIPv6(address)) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail = ""] = address.split("::");
  const parts = (text: string) => (text === "" ? [] : text.split(":"));
  const zeros = 8 - parts(head).length - parts(tail).length;
  const groups = [...parts(head), ...Array.from({ length: zeros }, () => "0"), ...parts(tail)];
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex");
};
const record = (type: number, ttlS: number, address: string): Buffer => {
  const data = bytesOf(address);
  const head = Buffer.alloc(12);
  // The name is a pointer to the question's.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttlS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
};

export const startDns = async (host = "127.0.0.1", fixedPort = 0): Promise<DnsServer> => {
  const names = new Map<string, DnsEntry>();
  const questions: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message, { port, address }) => {
    const { name, type, end } = questionOf(message);
    questions.push(`${type === A ? "A" : type === AAAA ? "AAAA" : type} ${name}`);
    const entry = names.get(name);
    if (entry === "silent") return;
    const code = entry === undefined ? NXDOMAIN : entry === "fails" ? SERVFAIL : 0;
    const { addresses = [], ttlS = 60 } = typeof entry === "object" ? entry : {};
    const found = addresses.filter((one) => isIPv6(one) === (type === AAAA));
    const head = Buffer.from(message.subarray(0, 12));
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(found.length, 6);
    head.writeUInt32BE(0, 8);
    const answers = found.map((one) => record(type, ttlS, one));
    socket.send(Buffer.concat([head, message.subarray(12, end), ...answers]), port, address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject).bind(fixedPort, host, () => resolve());
  });
  return {
    port: socket.address().port,
    names,
    questions,
    close: () => new Promise((done) => socket.close(() => done())),
  };
};
