/** Starts the processes of an embedded mesh, and the agent in front of them, under a keeper (SAFETY.md 4). */
import type { Mesh } from "../../experiments/model/mesh.ts";

export interface MeshConfig {
  readonly mesh: Mesh;
  /** For logs: one file a service. */
  readonly folder: string;
  /** Marker in the environment of every child: SQUALL_RUN. */
  readonly marker: string;
  readonly server: { readonly url: string; readonly token: string };
  /** Start the agent only; the services run elsewhere. */
  readonly agentOnly?: boolean;
  /** A child is starting, ready, or ended. */
  readonly onProgress: (progress: {
    readonly name: string;
    readonly state: "starting" | "ready" | "exited";
    readonly detail: string;
  }) => void;
  readonly onAgentExit: (pid: number) => void;
}
export interface RunningMesh {
  /** Milliseconds from the first spawn to the last ready. */
  readonly tookMs: number;
  readonly pids: Readonly<Record<string, number>>;
  readonly keeperPid: number;
  stop(): Promise<void>;
}
/** The mesh could not be started; nothing of it is left running. */
export class MeshError extends Error {
  override readonly name = "MeshError";
  /** `ports`: an address is taken, the message names the holder. `mesh`: a service did not get ready; the message has the end of its log. */
  readonly because: "ports" | "mesh";
  constructor(because: "ports" | "mesh", message: string) {
    super(message);
    this.because = because;
  }
}
export const startMesh = async (_config: MeshConfig): Promise<RunningMesh> => {
  throw new Error("not built yet");
};
