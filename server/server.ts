/** The composition root: config in, `{ url, close() }` out. The same for embedded runs, `up` and `serve`. */
import type { Mesh } from "../experiments/model/mesh.ts";

export interface ServerConfig {
  /** Folder of this server alone: database, logs. Made when absent; taken with an exclusive lock. */
  readonly folder: string;
  readonly mesh: Mesh | null;
  /** Loopback only, for now. Port 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Every request must carry it: `Authorization: Bearer …`. */
  readonly token: string;
  readonly allowExec: boolean;
  readonly log: (line: string) => void;
}
export interface Server {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** The keeper saw this process exit: its faults are gone with it. */
  agentExited(pid: number): void;
  /** Drains: every run is reverted and finished, then everything is closed, in reverse order of opening. */
  close(): Promise<void>;
}
export const startServer = async (_config: ServerConfig): Promise<Server> => {
  throw new Error("not built yet");
};
