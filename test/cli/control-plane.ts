/**
 * A small production-like control plane: `squall serve`, two instances of `front`, each with a `squall agent`, and
 * `back`. The command line has a separate home and knows the server by a context only.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../ports.ts";
import { type Ended, openYard, type Running, type Yard } from "./squall.ts";

const SERVICE = join(import.meta.dirname, "pair/service.mjs");

export interface ControlPlane {
  readonly yard: Yard;
  readonly url: string;
  /** Home of the server, with the folders that only the server and the agents have. */
  readonly serverHome: string;
  readonly server: Running;
  readonly agents: readonly Running[];
  /** In the context of the server. */
  squall(...argv: readonly string[]): Promise<Ended>;
  /** Runs a command with this text on stdin. */
  piped(stdin: string, ...argv: readonly string[]): Promise<Ended>;
  close(): Promise<void>;
}

const meshOf = (front: number, back: number, edge: number) => `
apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: pair }
spec:
  services:
    front: { endpoints: ["127.0.0.1:${front}"], ready: { http: /healthz } }
    back: { endpoints: ["127.0.0.1:${back}"], ready: { http: /healthz } }
  edges: [{ from: front, to: back, listen: "127.0.0.1:${edge}", protocol: http }]
`;
const service = (environment: Record<string, string>) =>
  spawn(process.execPath, [SERVICE], { env: { ...process.env, ...environment }, stdio: "ignore" });
const ended = ({ child }: Running): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once("close", () => done());
    child.kill("SIGCONT");
    child.kill("SIGTERM");
  });

/** `server` and `agents`: additions to the environment of each. */
export const openControlPlane = async (
  environments: { readonly server?: Record<string, string>; readonly agents?: Record<string, string> } = {},
): Promise<ControlPlane> => {
  const [front, back, edge, spare] = await freePorts(4);
  const yard = openYard();
  const serverHome = join(yard.folder, "server-home");
  const home = { SQUALL_HOME: serverHome };
  const services = [service({ PORT: `${back}` }), service({ PORT: `${front}`, NEXT: `127.0.0.1:${edge}` })];
  yard.put("server-mesh.yaml", meshOf(front!, back!, edge!));
  const server = yard.start(["serve", "--mesh", "server-mesh.yaml", "--port", "0"], {
    ...home,
    ...environments.server,
  });
  await server.shows("its token is in");
  const { url, token } = JSON.parse(readFileSync(join(serverHome, "serve/pair/server.json"), "utf8"));
  const agent = (instance: string, ...more: readonly string[]) =>
    yard.start(["agent", "--server", url, "--service", "front", "--instance", instance, ...more], {
      ...home,
      ...environments.agents,
      SQUALL_TOKEN: token,
    });
  const agents = [
    agent("front-1", "--label", "track=main"),
    // The same edge on the same machine needs another address.
    agent("front-2", "--label", "track=canary", "--listen", `front->back=127.0.0.1:${spare}`),
  ];
  await Promise.all(agents.map((one) => one.shows('"event":"listening"')));
  const set = ["context", "set", "test", "--server", url, "--token-stdin", "--use"];
  const { code, stderr } = await yard.squall(set, {}, `${token}\n`);
  if (code !== 0) throw new Error(stderr);
  return {
    ...{ yard, url, serverHome, server, agents },
    squall: (...argv) => yard.squall(argv),
    piped: (stdin, ...argv) => yard.squall(argv, {}, stdin),
    async close() {
      await Promise.all(agents.map(ended));
      await ended(server);
      for (const child of services) child.kill("SIGKILL");
      yard.remove();
    },
  };
};
