/** A TCP relay between a browser and a server that can be cut and mended. */
import { connect, createServer, type Socket } from "node:net";

export interface Line {
  readonly url: string;
  /** Bytes that the browser sent through the relay, in order. */
  readonly heads: readonly string[];
  /** Ends open connections, and refuses new connections. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}
export const openLine = async (url: string): Promise<Line> => {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const heads: string[] = [];
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(socket);
      socket.on("error", () => other.destroy()).on("close", () => other.destroy());
      socket.pipe(other);
    }
    near.on("data", (bytes) => heads.push(bytes.toString("latin1")));
    return undefined;
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    heads,
    cut,
    mend() {
      whole = true;
    },
    close: () =>
      new Promise((done) => {
        cut();
        server.close(() => done());
      }),
  };
};
