/**
 * Typing over a selection. By default Chromium removes the selected lines from the page by itself and keeps their
 * look in `style` attributes, which the page's policy forbids and the console reports.
 */
import { EditorView } from "@codemirror/view";

export const typing = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    const { from, to, empty } = view.state.selection.main;
    if (inputType !== "insertText" || data === null || empty || view.composing) return false;
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    const taken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert));
    if (!taken) view.dispatch(insert());
    return true;
  },
});
