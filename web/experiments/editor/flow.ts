/** Unfinished flow map or list, `{ a: b, c: [d, …`, over any number of lines. Pure. */
import type { DocumentPath } from "../../../experiments/model/document/issue.ts";

interface Frame {
  readonly list: boolean;
  key: string | null;
  index: number;
  token: string;
  readonly beside: Map<string, string>;
}
export interface Here {
  readonly path: DocumentPath;
  readonly at: "key" | "value";
  readonly word: string;
  readonly beside: ReadonlyMap<string, string>;
}
export interface Flow {
  /** Reads more text. True: the flow is closed. */
  feed(text: string): boolean;
  /**
   * Cursor position once all text before the cursor was fed. `behind`: the text after the cursor, for the keys there.
   * null: within a YAML comment.
   */
  here(behind: string): Here | null;
}
const unquoted = (token: string): string => token.trim().replace(/^["']|["']$/g, "");

export const openFlow = (): Flow => {
  const frames: Frame[] = [];
  let quote: string | null = null;
  let inNote = false;
  let before = "";

  const commit = (frame: Frame) => {
    const word = unquoted(frame.token);
    if (!frame.list) {
      if (frame.key !== null) frame.beside.set(frame.key, word);
      else if (word !== "") frame.beside.set(word, "");
    }
    frame.key = null;
    frame.token = "";
  };
  const close = () => {
    const closed = frames.pop();
    if (closed !== undefined) commit(closed);
  };
  /** Reads a character, inside or outside of quotes and YAML comments. */
  const take = (character: string) => {
    const top = frames.at(-1);
    if (inNote) {
      if (character === "\n") inNote = false;
      return;
    }
    if (quote !== null) {
      if (top !== undefined) top.token += character;
      if (character === quote && before !== "\\") quote = null;
      return;
    }
    if (character === "#" && /^\s?$/.test(before)) inNote = true;
    else if (character === "{" || character === "[")
      frames.push({ list: character === "[", key: null, index: 0, token: "", beside: new Map() });
    else if (character === "}" || character === "]") close();
    else if (top === undefined) return;
    else if (character === ",") {
      commit(top);
      top.index++;
    } else if (/\s/.test(character) && !top.list && top.key === null && /:$/.test(top.token)) {
      top.key = unquoted(top.token.slice(0, -1));
      top.token = "";
    } else {
      if (/["']/.test(character) && top.token.trim() === "") quote = character;
      top.token += character;
    }
  };
  const feed = (text: string): boolean => {
    for (const character of text) {
      take(character);
      before = character;
      if (frames.length === 0) return true;
    }
    return false;
  };
  return {
    feed,
    here(behind) {
      const top = frames.at(-1);
      if (top === undefined || inNote) return null;
      const outer = frames.slice(0, -1).map(({ list, key, index }) => (list ? index : (key ?? "")));
      const own = top.list ? [top.index] : top.key === null ? [] : [top.key];
      const here = { path: [...outer, ...own], at: top.list || top.key !== null ? "value" : "key" } as const;
      const word = top.token.trimStart();
      const depth = frames.length;
      // The text after the cursor is fed into the same map, and no caller feeds this flow any further.
      for (const character of behind) {
        take(character);
        before = character;
        if (frames.length < depth) break;
      }
      return { ...here, word, beside: top.beside };
    },
  };
};
