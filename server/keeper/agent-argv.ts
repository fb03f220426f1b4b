/**
 * Command lines of agents that a keeper starts: written here, and parsed here when a user may see only the command line
 * of another user's process.
 */
import { basename, dirname, join } from "node:path";
import { fileNameOfDocument } from "../../experiments/model/notation/document-name.ts";

export const agentName = (mesh: { readonly name: string }): string => `${fileNameOfDocument(mesh.name)}-agent`;

export interface AgentOptions {
  readonly mesh: { readonly name: string };
  /** Services whose processes the keeper strikes for the agent. */
  readonly processes: readonly string[];
  readonly server: string;
  readonly tokenVariable: string;
  /** Folder of the run or mesh. */
  readonly folder: string;
}
export const agentOptions = ({ mesh, processes, server, tokenVariable, folder }: AgentOptions): readonly string[] => [
  ...["--server", server, "--token-env", tokenVariable, "--instance", agentName(mesh)],
  ...["--control", join(folder, "agent.sock"), "--parent"],
  ...(processes.length === 0 ? [] : ["--processes", processes.join(",")]),
];

export interface MeshOfAgent {
  readonly mesh: string;
  readonly folder: string;
}
const after = (argv: readonly string[], option: string): string | undefined => argv[argv.indexOf(option) + 1];
/** Mesh for which an agent was started; null: not an agent of a keeper. */
export const meshOfAgent = (argv: readonly string[]): MeshOfAgent | null => {
  const isAgent = argv.slice(0, 3).some((word) => /(^|\/)agent\/main\.[jt]s$/.test(word)) && argv.includes("--parent");
  if (!isAgent || !argv.includes("--instance") || !argv.includes("--control")) return null;
  const [instance = "", control = ""] = [after(argv, "--instance"), after(argv, "--control")];
  if (!instance.endsWith("-agent") || basename(control) !== "agent.sock") return null;
  return { mesh: instance.slice(0, -"-agent".length), folder: dirname(control) };
};
