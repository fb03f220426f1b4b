/** Network between a server and a database that can be cut: no bytes pass, and neither end is notified. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export const startLine = async (databaseUrl: string) => {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  const line = createServer((caller) => {
    const database = connect(Number(target.port), target.hostname);
    const pass = (from: Socket, to: Socket) => {
      sockets.add(from);
      from
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(from);
          if (!isCut) to.destroy();
        });
      from.on("data", (bytes) => {
        if (!isCut) to.write(bytes);
      });
    };
    pass(caller, database);
    pass(database, caller);
  });
  line.listen(0, "127.0.0.1");
  await once(line, "listening");
  const url = new URL(databaseUrl);
  url.port = String((line.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: () => {
      isCut = true;
    },
    mend: () => {
      isCut = false;
    },
    stop: () => {
      line.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
