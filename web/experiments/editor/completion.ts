/** Completions that the editor offers while the user types, and explanations of the key under the pointer. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { type EditorView, hoverTooltip } from "@codemirror/view";
import { formatPath } from "../../../experiments/model/document/issue.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { cursorAt } from "./cursor.ts";
import { docsOf, type Offer, offersAt, sentencesOf } from "./offers.ts";

const TYPES = { key: "property", value: "constant", name: "variable" } as const;
const NOT_WORD = /[{}[\],]$/;

/** Writes the chosen completion, moves the cursor to the `|`, and opens the completions for that place. */
const write = ({ apply }: Offer) => {
  const at = apply.indexOf("|");
  const insert = at < 0 ? apply : apply.slice(0, at) + apply.slice(at + 1);
  return (view: EditorView, completion: Completion, from: number, to: number) => {
    const anchor = from + (at < 0 ? insert.length : at);
    view.dispatch({
      changes: { from, to, insert },
      selection: { anchor },
      annotations: pickedCompletion.of(completion),
      scrollIntoView: true,
      userEvent: "input.complete",
    });
    if (insert.endsWith(" ") || at >= 0) startCompletion(view);
  };
};
const optionOf = (offer: Offer): Completion => ({
  ...{ label: offer.label, type: TYPES[offer.kind], detail: offer.detail, apply: write(offer) },
  ...(offer.info === "" ? {} : { info: offer.info }),
  boost: offer.first ? 1 : 0,
});

const source =
  (meshOf: () => Mesh | null) =>
  ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const cursor = cursorAt(state.doc.toString(), pos);
    if (cursor === null || NOT_WORD.test(cursor.word)) return null;
    if (!explicit && cursor.word === "" && cursor.at === "key") return null;
    const options = offersAt(cursor, meshOf()).map(optionOf);
    return options.length === 0 ? null : { from: cursor.from, options, validFor: /^[\w"*.-]*$/ };
  };

/** Plain-text paragraph: no part of a file becomes markup. */
const paragraph = (text: string, tag: "p" | "strong"): HTMLElement => {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
};
const WORD = /[\w-]+/g;
const docs = hoverTooltip((view, pos) => {
  const line = view.state.doc.lineAt(pos);
  const column = pos - line.from;
  const word = [...line.text.matchAll(WORD)].find(
    ({ index, 0: text }) => index <= column && column <= index + text.length,
  );
  if (word === undefined) return null;
  const end = line.from + word.index + word[0].length;
  const cursor = cursorAt(view.state.doc.toString(), end);
  if (cursor?.at !== "key" || cursor.word !== word[0]) return null;
  const path = [...cursor.path, word[0]];
  const found = docsOf(path);
  if (found === null) return null;
  const dom = document.createElement("div");
  dom.className = "cm-hover";
  dom.append(
    paragraph(`${formatPath(path)}: ${found.type}`, "strong"),
    document.createElement("br"),
    sentencesOf(found),
  );
  return { pos: line.from + word.index, end, create: () => ({ dom }) };
});

export const completion = (meshOf: () => Mesh | null) => [
  autocompletion({ override: [source(meshOf)], icons: false, maxRenderedOptions: 200 }),
  docs,
];
