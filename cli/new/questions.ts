/** Questions on a terminal, a line each; an empty answer takes the default. */
import { createInterface } from "node:readline/promises";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { usage } from "../exit.ts";

export interface Question {
  readonly words: string;
  /** Choices, by number or by word; empty: any text. */
  readonly choices: readonly { readonly value: string; readonly summary: string }[];
  readonly byDefault: string;
}
export interface Asker {
  ask(question: Question): Promise<string>;
  close(): void;
}

const chosen = ({ choices, byDefault }: Question, line: string): string | null => {
  const answer = line.trim() || byDefault;
  if (choices.length === 0) return answer;
  const number = Number(answer);
  return choices.find(({ value }, i) => value === answer || i + 1 === number)?.value ?? null;
};

/** Asks on stderr, so that stdout stays free for the file. Ends with a usage error where the terminal is closed. */
export const openAsker = (): Asker => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  let closed = false;
  const gone = new Promise<never>((_, fail) => {
    lines.once("close", () => {
      if (!closed) fail(usage("no answer: nothing was written"));
    });
  });
  gone.catch(() => {});
  return {
    async ask(question) {
      const { words, choices, byDefault } = question;
      const listed = choices.map(({ value, summary }, i) =>
        terminal(`  ${i + 1}  ${value}${summary ? `: ${summary}` : ""}`),
      );
      for (const line of listed) process.stderr.write(`${line}\n`);
      for (;;) {
        const answer = chosen(
          question,
          await Promise.race([lines.question(terminal(`${words} [${byDefault}] `)), gone]),
        );
        if (answer !== null) return answer;
        process.stderr.write(`one of 1 to ${choices.length}, please\n`);
      }
    },
    close() {
      closed = true;
      lines.close();
    },
  };
};
