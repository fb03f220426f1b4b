/** Worker thread of `judge.ts`: judges bodies in sequence, each by criteria that are compiled once. */
import { parentPort } from "node:worker_threads";
import { compileBody } from "../../experiments/model/sample/body.ts";
import type { BodyCriteria } from "../../experiments/model/sample/body-criteria.ts";
import type { BodyTask, BodyVerdict } from "./judge.ts";

/** Most criteria that stay compiled. */
const MOST_COMPILED = 100;
const compiled = new Map<string, ReturnType<typeof compileBody>>();

const compiledOf = (criteria: string) => {
  const known = compiled.get(criteria);
  if (known !== undefined) return known;
  if (compiled.size >= MOST_COMPILED) compiled.delete(compiled.keys().next().value!);
  const judge = compileBody(JSON.parse(criteria) as BodyCriteria);
  compiled.set(criteria, judge);
  return judge;
};
const verdictOf = ({ criteria, body }: BodyTask): BodyVerdict => {
  try {
    return { kind: "judged", ...compiledOf(criteria)(body) };
  } catch (error) {
    // A stack overflow, or a document nested too deep for the path, is no fact about the sampled system.
    return { kind: "errored", why: `this answer could not be judged: ${(error as Error).message}` };
  }
};

const port = parentPort!;
port.on("message", (task: BodyTask) => port.postMessage(verdictOf(task)));
port.postMessage("ready");
