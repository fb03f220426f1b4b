/** Client of the ledger's line protocol: a connection for each order. */
import { connect } from "node:net";
import { isDefended } from "./defences.ts";
import type { CalleeAddress } from "./web.ts";

/**
 * Resolves with the ledger's number for the line. Waits for as long as the ledger takes: there is no time limit here, which is
 * the weakness that `checkout-hangs-on-a-slow-ledger.yaml` finds.
 */
export const append = (ledger: CalleeAddress, order: string, amount: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect(ledger, () => socket.write(`append ${order} ${amount}\n`));
    let heard = "";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      heard += text;
      if (!heard.includes("\n")) return;
      socket.end();
      if (isDefended) conclude();
    });
    const conclude = () => {
      const [, number] = /^ok (\d+)\n$/.exec(heard) ?? [];
      if (number === undefined)
        reject(new Error(heard === "" ? "the ledger hung up" : `the ledger said: ${heard.trim()}`));
      else resolve(Number(number));
    };
    socket.on("error", (error) => reject(new Error(`the ledger: ${error.message}`)));
    // Without defences, the client also waits for the ledger to close the connection.
    socket.on("close", conclude);
  });
