/** Faults offered for a selected edge, each as the fault of a new experiment. Pure. */

export const BREAKS = ["slow", "failing", "cut", "flaky"] as const;
export type Break = (typeof BREAKS)[number];
export const isBreak = (word: string | null): word is Break => BREAKS.some((one) => one === word);

export const BREAK_WORDS: Readonly<Record<Break, string>> = {
  slow: "Slow",
  failing: "Failing",
  cut: "Cut off",
  flaky: "Flaky",
};
interface Fault {
  /** After the callee's name. */
  readonly does: string;
  /** In the experiment's name: `checkout-survives-slow-payments`. */
  readonly adjective: string;
  /** YAML lines below the edge, in the form of the file. */
  readonly lines: readonly string[];
}
/** `isTcp`: there is no status to answer with. */
export const faultOf = (how: Break, isTcp: boolean): Fault => {
  switch (how) {
    case "slow":
      return { does: "is slow", adjective: "slow", lines: ["latency: { delay: 300ms, jitter: 50ms }"] };
    case "failing":
      return { does: "fails", adjective: "failing", lines: [isTcp ? "reset: {}" : "abort: { status: 503 }"] };
    case "cut":
      return { does: "is cut off", adjective: "unreachable", lines: ["partition: { how: blackhole }"] };
    case "flaky":
      return {
        ...{ does: "is flaky", adjective: "flaky" },
        lines: ["share: 20%", isTcp ? "reset: {}" : "abort: { status: 503 }"],
      };
  }
};
