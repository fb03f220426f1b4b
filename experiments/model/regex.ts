/**
 * Regular expressions that cannot hang an agent: compiled to a nondeterministic automaton whose states are all followed at
 * once (Thompson 1968; as the virtual machine in Russ Cox, "Regular Expression Matching: the Virtual Machine Approach").
 * Time is at most states × length; nothing ever backtracks. Without back references and look-around, which need that.
 */

import { type Node, parseRegex, type Test } from "./regex-syntax.ts";

/** States after counted repeats are written out. */
const MOST_STATES = 1_000;

type State =
  | { readonly do: "test"; readonly test: Test }
  | { readonly do: "split"; readonly to: number[] }
  | { readonly do: "start" | "end" | "match" };

/** Whether a text as a whole fits. Throws a sentence that names what is not understood and where. */
export const compileRegex = (source: string): ((text: string) => boolean) => {
  const states = build(parseRegex(source), source);
  return (text) => follow(states, text);
};

const build = (root: Node, source: string): readonly State[] => {
  const states: State[] = [];
  const add = (state: State): number => {
    if (states.length >= MOST_STATES)
      throw new Error(`the regular expression ${JSON.stringify(source)} is too large: ${MOST_STATES} states at most`);
    return states.push(state) - 1;
  };
  const split = (...to: number[]) => ({ do: "split", to }) as const;
  const put = (node: Node): void => {
    switch (node.is) {
      case "test":
        add({ do: "test", test: node.test });
        return;
      case "start":
      case "end":
        add({ do: node.is });
        return;
      case "sequence":
        node.of.forEach(put);
        return;
      case "either":
        putEither(node.of);
        return;
      case "repeat":
        putRepeat(node);
    }
  };
  const putEither = (of: readonly Node[]) => {
    const fork = split();
    if (of.length > 1) add(fork);
    const ends = of.map((node) => {
      fork.to.push(states.length);
      put(node);
      const end = split();
      if (of.length > 1) add(end);
      return end;
    });
    for (const end of ends) end.to.push(states.length);
  };
  const putRepeat = ({ of, least, most }: Node & { is: "repeat" }) => {
    for (let i = 0; i < least; i++) put(of);
    const skips: { to: number[] }[] = [];
    const optional = most === Number.POSITIVE_INFINITY ? 1 : most - least;
    for (let i = 0; i < optional; i++) {
      const fork = split(states.length + 1);
      const at = add(fork);
      skips.push(fork);
      put(of);
      if (most === Number.POSITIVE_INFINITY) add(split(at));
    }
    for (const { to } of skips) to.push(states.length);
  };
  put(root);
  add({ do: "match" });
  return states;
};

/** All states at once, one character at a time. A state is entered at most once a character. */
const follow = (states: readonly State[], text: string): boolean => {
  const entered = new Int32Array(states.length).fill(-1);
  let now: number[] = [];
  let matched = false;
  const enter = (first: number, position: number, into: number[]) => {
    const waiting = [first];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (entered[at] === position) continue;
      entered[at] = position;
      const state = states[at]!;
      if (state.do === "split") waiting.push(...state.to);
      else if (state.do === "test") into.push(at);
      else if (state.do === "match") matched ||= position === text.length;
      else if (state.do === "start" ? position === 0 : position === text.length) waiting.push(at + 1);
    }
  };
  enter(0, 0, now);
  for (let position = 0; position < text.length && now.length > 0; position++) {
    const next: number[] = [];
    const code = text.charCodeAt(position);
    for (const at of now) {
      const state = states[at]!;
      if (state.do === "test" && state.test(code)) enter(at + 1, position + 1, next);
    }
    now = next;
  }
  return matched;
};
