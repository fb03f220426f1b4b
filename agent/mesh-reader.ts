/** Process of `mesh-file.ts`: the query as the only argument, the answer as JSON on stdout. */
import type { MeshAnswer, MeshQuery } from "./mesh-file.ts";
import { meshEdgesIn, offersIn, ownEdgesIn } from "./standalone.ts";

const answerTo = (query: MeshQuery): Promise<unknown> => {
  if (query.read === "meshEdgesIn") return meshEdgesIn(query.path, query.reader);
  return query.read === "offersIn" ? offersIn(query.path, query.reader) : ownEdgesIn(query.source, query.reader);
};
const answer: MeshAnswer = await answerTo(JSON.parse(process.argv[2]!) as MeshQuery).then(
  (value) => ({ value }),
  (error: Error) => ({ problem: error.message }),
);
process.stdout.write(JSON.stringify(answer));
