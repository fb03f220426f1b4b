// Loaded by --import into a server: on SIGUSR2 it collects its garbage $COLLECTIONS times, and says so on stderr.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// NODE_OPTIONS does not take --expose-gc on every Node.
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
process.on("SIGUSR2", () => {
  for (let i = Number(process.env.COLLECTIONS); i > 0; i--) collect();
  process.stderr.write("collected\n");
});
