/**
 * Name for the process that listens at an address of this machine, by the process's command line. Linux; elsewhere
 * null.
 */
import { basename } from "node:path";
import { parseAddress, SocketTable } from "../../server/keeper/listeners.ts";
import { commandOf } from "../../server/keeper/processes.ts";

const INTERPRETERS = /^(node|nodejs|deno|bun|python[\d.]*|ruby|perl|php|java|dotnet|sh|bash|tsx|npx|npm|run)$/;
/** `node --inspect dist/payments.js` → payments. */
export const nameOfCommand = (command: string): string | null => {
  const words = command.split(/\s+/).filter((word) => word !== "" && !word.startsWith("-"));
  const word = words.map((each) => basename(each)).find((each) => !INTERPRETERS.test(each));
  const name = (word ?? words[0] ?? "").replace(/\.(m?[jt]s|cjs|py|rb|pl|php|jar|dll)$/, "").replace(/:$/, "");
  return /[a-z0-9]/i.test(name) ? basename(name) : null;
};

const isHere = (host: string): boolean => host === "localhost" || host === "::1" || host.startsWith("127.");

export const listenerName = (address: string): string | null => {
  const parsed = parseAddress(address);
  if (!isHere(parsed.host)) return null;
  const table = new SocketTable();
  const [holder] = table.holdersOf(table.listenersOf(parsed));
  return holder === undefined ? null : nameOfCommand(commandOf(holder));
};
