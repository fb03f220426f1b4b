/** Comparison of runs: the views of caller and callee through an agent, beside their views on a direct connection. */
import type { EndView, RunView } from "./peer.ts";

/** Words for all that an end saw, times excepted: equal words, equal view. */
const wordsOf = ({ log, received, hash, ends }: EndView): string =>
  `${log.join(" · ")} ‖ ${received} bytes ${received === 0 ? "" : hash} ‖ ${ends.join("+") || "no end"}`;
/** Connections made at once have no order: they are compared as a set with repetitions. */
const sortedWords = (views: readonly EndView[]): readonly string[] => views.map(wordsOf).toSorted();

/** The whole of a run in words, with repeated connections counted. */
export const describeRun = ({ caller, callee }: RunView): string => {
  const counted = (views: readonly EndView[]) => {
    const counts = new Map<string, number>();
    for (const words of sortedWords(views)) counts.set(words, (counts.get(words) ?? 0) + 1);
    return [...counts].map(([words, count]) => (count === 1 ? words : `${count} × ${words}`));
  };
  return [
    ...counted(caller).map((words) => `caller: ${words}`),
    `callee: ${callee.length} connections`,
    ...counted(callee).map((words) => `callee: ${words}`),
  ].join("\n");
};

/** Aspects in which a run through an agent may differ from a direct run. */
export type Aspect = SidedAspect | "connections" | "late rst";
type SidedAspect = "caller bytes" | "caller ends" | "caller steps" | "callee bytes" | "callee ends" | "callee steps";

const bytesOf = (views: readonly EndView[]) => views.map(({ received, hash }) => `${received} ${hash}`).toSorted();
const endsOf = (views: readonly EndView[]) => views.map(({ ends }) => ends.join("+")).toSorted();
const stepsOf = (views: readonly EndView[]) => views.map(({ log }) => log.join("\n")).toSorted();
/** Ends without the RST that came behind a FIN. */
const firstEndsOf = (views: readonly EndView[]) => views.map(({ ends }) => ends[0] ?? "").toSorted();
const lateResets = (views: readonly EndView[]) => views.filter(({ ends }) => ends.length > 1).length;
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const ASPECTS: Readonly<Record<Exclude<Aspect, "late rst" | "callee ends">, (run: RunView) => unknown>> = {
  connections: ({ callee }) => callee.length,
  "caller bytes": ({ caller }) => bytesOf(caller),
  "caller ends": ({ caller }) => endsOf(caller),
  "caller steps": ({ caller }) => stepsOf(caller),
  "callee bytes": ({ callee }) => bytesOf(callee),
  "callee steps": ({ callee }) => stepsOf(callee),
};
/** `late rst`: callees got RST behind FIN where the direct run has FIN alone, and no other end differs. */
const endAspect = ({ callee: direct }: RunView, { callee: through }: RunView): readonly Aspect[] => {
  if (isSame(endsOf(direct), endsOf(through))) return [];
  const isLate = isSame(firstEndsOf(direct), firstEndsOf(through)) && lateResets(through) > lateResets(direct);
  return [isLate ? "late rst" : "callee ends"];
};
export const differingAspects = (direct: RunView, through: RunView): readonly Aspect[] => {
  const plain = Object.entries(ASPECTS) as [Aspect, (run: RunView) => unknown][];
  const differing = plain.filter(([, read]) => !isSame(read(direct), read(through))).map(([aspect]) => aspect);
  return [...differing, ...endAspect(direct, through)];
};
