/** CodeMirror inside a shadow root: there its styles are adopted style sheets, which the page's policy allows. */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import type { Mark } from "../text/marks.ts";
import { completion } from "./completion.ts";
import { theme } from "./theme.ts";
import { typing } from "./typing.ts";

/** Callbacks and data that the component supplies to the editor, each read when needed. */
export interface Surroundings {
  readonly label: string;
  mesh(): Mesh | null;
  change(text: string): void;
  save(): void;
  start(): void;
}
export interface OpenEditor {
  /** Replaces the whole text; undo restores the old text. */
  replace(text: string): void;
  /**
   * Shows marks. `text`: the text that the marks were found in; on any other text the marks would be wrong and are
   * dropped.
   */
  mark(text: string, marks: readonly Mark[]): void;
  /** Line and column from 1. */
  jump(line: number, column: number): void;
  close(): void;
}

const correct = (instead: string) => ({
  name: `Write ${instead}`,
  apply: (view: EditorView, from: number, to: number) =>
    view.dispatch({ changes: { from, to, insert: instead }, userEvent: "input.correct" }),
});
const diagnosticOf = ({ from, to, severity, message, instead }: Mark): Diagnostic => ({
  ...{ from, to, severity, message },
  ...(instead === null ? {} : { actions: [correct(instead)] }),
});
const done = (act: () => void) => () => {
  act();
  return true;
};

const extensionsFor = ({ label, mesh, change, save, start }: Surroundings) => [
  Prec.highest(
    keymap.of([
      { key: "Mod-s", run: done(save), preventDefault: true },
      { key: "Mod-Enter", run: done(start), preventDefault: true },
    ]),
  ),
  keymap.of([
    ...[...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap],
    ...[...completionKeymap, ...lintKeymap, indentWithTab],
  ]),
  ...[lintGutter(), lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), highlightSpecialChars()],
  ...[history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightSelectionMatches()],
  ...[EditorState.tabSize.of(2), indentUnit.of("  "), EditorView.lineWrapping, yaml(), completion(mesh), typing, theme],
  EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
  EditorView.updateListener.of(({ docChanged, state }) => {
    if (docChanged) change(state.doc.toString());
  }),
];

export const openEditor = (host: HTMLElement, text: string, surroundings: Surroundings): OpenEditor => {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const state = EditorState.create({ doc: text, extensions: extensionsFor(surroundings) });
  const view = new EditorView({ state, parent: root, root });
  return {
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    mark(text, marks) {
      if (view.state.doc.toString() === text) view.dispatch(setDiagnostics(view.state, marks.map(diagnosticOf)));
    },
    jump(line, column) {
      const { from, to } = view.state.doc.line(Math.min(line, view.state.doc.lines));
      const anchor = Math.min(from + column - 1, to);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    close: () => view.destroy(),
  };
};
