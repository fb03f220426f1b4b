/** A network that holds back a server's messages, and delivers them after the server is gone. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export const startHoldingProxy = async (target: string) => {
  const { port } = new URL(target);
  const callers = new Set<Socket>();
  const held: { readonly caller: Socket; readonly bytes: Buffer }[] = [];
  let holding = false;
  const proxy = createServer((caller) => {
    callers.add(caller);
    caller.on("error", () => {}).on("close", () => callers.delete(caller));
    const server = connect(Number(port), "127.0.0.1");
    // The server's end is not passed on: to the agent the server looks silent.
    server
      .on("error", () => {})
      .on("data", (bytes) => {
        if (holding) held.push({ caller, bytes });
        else caller.write(bytes);
      });
    caller.pipe(server);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    hold: () => {
      holding = true;
    },
    /** Delivers all held chunks in order; returns their number. */
    release: (): number => {
      holding = false;
      const chunks = held.splice(0);
      for (const { caller, bytes } of chunks) caller.write(bytes);
      return chunks.length;
    },
    stop: () => {
      proxy.close();
      for (const caller of callers) caller.destroy();
    },
  };
};
