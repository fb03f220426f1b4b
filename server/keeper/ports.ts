/**
 * Port check: before any process is started, every address that the mesh declares must be free; otherwise the error
 * names the holder.
 */
import { connect, createServer } from "node:net";
import { ANY_PORT, type Mesh } from "../../experiments/model/mesh/mesh.ts";
import { spellEdge } from "../../experiments/model/names.ts";
import { meshOfAgent } from "./agent-argv.ts";
import { parseAddress, type SocketAddress, SocketTable } from "./listeners.ts";
import { type Mark, markOf } from "./process-identity.ts";
import { argvOf, commandOf, everyProcess, hasProc, userOf } from "./processes.ts";
import { userName } from "./users.ts";

/** Address that the mesh needs, with the use. */
export interface RequiredAddress {
  readonly address: string;
  readonly use: string;
}

/** Addresses that a mesh needs: endpoints of the services that the keeper starts, and the agent's listen addresses. */
export const requiredAddresses = (mesh: Mesh, agentOnly: boolean): readonly RequiredAddress[] => [
  ...mesh.services
    .filter(({ command }) => command !== null && !agentOnly)
    .flatMap(({ name, endpoints }) => endpoints.map(({ address }) => ({ address, use: `service ${name}` }))),
  ...mesh.edges
    .filter(({ listen }) => listen !== ANY_PORT)
    .map(({ id, listen }) => ({ address: listen, use: `edge ${spellEdge(id)}` })),
];

const CONNECT_MS = 500;

/** True if a listener accepts a connection there. */
const answers = ({ host, port }: SocketAddress): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(CONNECT_MS, () => end(false));
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });

/** null: the address can be bound. Else the system's error code. */
const bindError = ({ host, port }: SocketAddress): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });

const describeHolder = (pid: number): string => {
  const mark = markOf(pid);
  const whose = mark === null ? "" : `, of Squall run ${mark.run} in ${mark.folder}`;
  return `pid ${pid} (${commandOf(pid)})${whose}`;
};

/** Holder of an address, described for people. */
export const holderOf = (address: string, table = new SocketTable()): string => {
  const wanted = parseAddress(address);
  if (!hasProc) return `another process (\`lsof -nP -iTCP:${wanted.port} -sTCP:LISTEN\` tells which)`;
  const sockets = table.listenersOf(wanted);
  const holders = table.holdersOf(sockets);
  if (holders.length > 0) return holders.map(describeHolder).join(" and ");
  const [socket] = sockets;
  return socket === undefined ? "a process that cannot be seen from here" : `a process of user ${userName(socket.uid)}`;
};

/** Squall meshes of another user: only the command lines of that user's processes can be read. */
const meshesOf = (uid: number): readonly string[] =>
  everyProcess().flatMap(({ pid }) => {
    const found = userOf(pid) === uid ? meshOfAgent(argvOf(pid) ?? []) : null;
    return found === null ? [] : [`${found.mesh}, pid ${pid}, in ${found.folder}`];
  });
/**
 * User who holds an address by a process that cannot be inspected, with the user's Squall meshes; null: no such user.
 */
const strangerAt = (address: string, table: SocketTable): string | null => {
  const sockets = table.listenersOf(parseAddress(address));
  const [socket] = sockets;
  if (socket === undefined || table.holdersOf(sockets).length > 0) return null;
  const meshes = meshesOf(socket.uid);
  const user = `user ${userName(socket.uid)}`;
  if (meshes.length === 0) return null;
  return meshes.length === 1
    ? `a Squall mesh of ${user} (${meshes[0]})`
    : `${user}, whose Squall meshes are up (${meshes.join("; ")}),`;
};

const REASON: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: "is not an address of this machine",
  EACCES: "may not be bound by this user (ports below 1024 need rights)",
  ENOTFOUND: "has a host name that cannot be resolved",
};

/** Addresses that any user may bind on any machine: reading the tables is enough. */
const isPlain = ({ host, port }: SocketAddress): boolean =>
  port >= 1_024 && /^(127\.|0\.0\.0\.0$|localhost$|::1?$)/.test(host);

/**
 * null: the address is free; else the system's error code. The kernel's tables are read first, because reading is
 * harmless: a connection would be counted by the agent of a live run, and binding, however briefly, could fail a run
 * that is just starting. Connecting and binding are for addresses that the tables cannot show.
 */
const whyNotBindable = async (where: SocketAddress, table: SocketTable): Promise<string | null> => {
  if (table.listenersOf(where).length > 0 || (await answers(where))) return "EADDRINUSE";
  return table.isReadable && isPlain(where) ? null : await bindError(where);
};

interface AddressProblem {
  /** Squall run or mesh that holds the address, named once for several addresses; null: another holder or reason. */
  readonly holder: string | null;
  readonly text: string;
}
const spell = ({ run, folder }: Mark): string => `the Squall run ${run} in ${folder}`;
const held = ({ address, use }: RequiredAddress, table: SocketTable): AddressProblem => {
  for (const pid of table.holdersOf(table.listenersOf(parseAddress(address)))) {
    const run = markOf(pid);
    if (run !== null) return { holder: spell(run), text: `${address} (${use}, pid ${pid})` };
  }
  const stranger = strangerAt(address, table);
  return stranger === null
    ? { holder: null, text: `${address} (${use}) is held by ${holderOf(address, table)}` }
    : { holder: stranger, text: `${address} (${use})` };
};
/** Null: free. */
const problemOf = async (claim: RequiredAddress, table: SocketTable): Promise<AddressProblem | null> => {
  const error = await whyNotBindable(parseAddress(claim.address), table);
  if (error === null) return null;
  if (error === "EADDRINUSE") return held(claim, table);
  const reason = REASON[error] ?? `cannot be bound: ${error}`;
  return { holder: null, text: `${claim.address} (${claim.use}) ${reason}` };
};

/** Groups the problems by holder: a running Squall run holds many addresses, and is named once. */
const sentences = (problems: readonly AddressProblem[]): readonly string[] => {
  const byHolder = new Map<string | null, string[]>();
  for (const { holder, text } of problems) byHolder.set(holder, [...(byHolder.get(holder) ?? []), text]);
  return [...byHolder].map(([holder, texts]) =>
    holder === null ? texts.join("; ") : `${holder} holds ${texts.join(", ")}`,
  );
};

/** null: all addresses are free. Else the problems, with every taken address. */
export const whyTaken = async (claims: readonly RequiredAddress[]): Promise<string | null> => {
  const table = new SocketTable();
  const looks = await Promise.all(claims.map((claim) => problemOf(claim, table)));
  const problems = looks.filter((problem) => problem !== null);
  if (problems.length === 0) return null;
  return `${sentences(problems).join("; ")}. Nothing was started. End the holder, or give the mesh other addresses.`;
};
