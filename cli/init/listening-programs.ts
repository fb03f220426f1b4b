/**
 * Programs of this machine that listen on TCP, and the callees of those programs, as far as `/proc` shows this user.
 */
import { type SocketAddress, SocketTable } from "../../server/keeper/listeners.ts";
import { commandOf, environmentOf } from "../../server/keeper/processes.ts";
import { nameOfCommand } from "./listener-name.ts";
import type { ListeningPrograms, MachineProgram } from "./machine.ts";

/** An IPv4 address in the form of IPv6 is shown as IPv4. */
const hostText = (host: string): string => {
  const mapped = /^0:0:0:0:0:ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(host);
  if (mapped === null) return host;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
};
const addressText = ({ host, port }: SocketAddress): string => {
  const plain = hostText(host);
  // A listener on all addresses, or on either loopback, is called at 127.0.0.1.
  const isHere = /^(0\.0\.0\.0|[0:]+|0:0:0:0:0:0:0:1|127\..*)$/.test(plain);
  return `${isHere ? "127.0.0.1" : plain.includes(":") ? `[${plain}]` : plain}:${port}`;
};

export const findListeningPrograms = (): ListeningPrograms => {
  const table = new SocketTable();
  // A server and its workers share a socket; the server counts, as the process with the lowest id.
  const holderOf = (inode: string): number | undefined =>
    table
      .holdersOf([{ inode }])
      .filter((pid) => pid !== process.pid)
      .toSorted((a, b) => a - b)[0];
  const programs = new Map<number | string, MachineProgram & { listens: string[]; calls: string[] }>();
  const programOf = (pid: number | undefined, address: string) => {
    const key = pid ?? address;
    const command = pid === undefined ? null : commandOf(pid);
    const environment = pid === undefined ? null : environmentOf(pid);
    const found = programs.get(key) ?? {
      name: command === null ? null : nameOfCommand(command),
      command,
      environment: environment === null ? {} : Object.fromEntries(environment),
      listens: [],
      calls: [],
    };
    programs.set(key, found);
    return found;
  };
  for (const socket of table.listening) {
    const address = addressText(socket);
    const { listens } = programOf(holderOf(socket.inode), address);
    if (!listens.includes(address)) listens.push(address);
  }
  const listening = new Set([...programs.values()].flatMap(({ listens }) => listens));
  for (const { remote, inode } of table.connections) {
    const address = addressText(remote);
    const pid = holderOf(inode);
    if (pid === undefined || !listening.has(address)) continue;
    const { calls, listens } = programOf(pid, address);
    if (!listens.includes(address) && !calls.includes(address)) calls.push(address);
  }
  return { programs: [...programs.values()] };
};
