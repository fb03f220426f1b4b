/** Candidate in a separate process, to be stopped or killed: node --import tsx candidate-process.ts URL FOLDER NAME. */
import { candidate } from "./candidate.ts";

const [url, folder, name] = process.argv.slice(2);
const standing = await candidate({
  ...{ url: url!, folder: folder!, name: name! },
  tell: (said) => process.stdout.write(`${JSON.stringify(said)}\n`),
});
process.on("SIGTERM", () => void standing.stop().then(() => process.exit(0)));
// End of input means that the test process is gone.
process.stdin.on("end", () => process.exit(0)).resume();
