/** The editor as a component. Only the editor holds the text: typed text is never written back from the page. */
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import type { Mark } from "../text/marks.ts";
import { type OpenEditor, openEditor } from "./open.ts";

export type Handle = Pick<OpenEditor, "jump" | "replace">;
export interface EditorProps {
  readonly ref: Ref<Handle>;
  /** Initial text. */
  readonly text: string;
  readonly label: string;
  readonly mesh: Mesh | null;
  /** Marks of the issues, with the text that the issues were found in. */
  readonly found: { readonly text: string; readonly marks: readonly Mark[] };
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  readonly onStart: () => void;
}

export const Editor = (props: EditorProps) => {
  const { ref, found } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<OpenEditor>(null);
  const now = useRef(props);
  now.current = props;
  useEffect(() => {
    const { text, label } = now.current;
    const opened = openEditor(host.current!, text, {
      label,
      mesh: () => now.current.mesh,
      change: (changed) => now.current.onChange(changed),
      save: () => now.current.onSave(),
      start: () => now.current.onStart(),
    });
    editor.current = opened;
    return () => opened.close();
  }, []);
  useEffect(() => editor.current?.mark(found.text, found.marks), [found]);
  useImperativeHandle(
    ref,
    () => ({
      jump: (line, column) => editor.current?.jump(line, column),
      replace: (text) => editor.current?.replace(text),
    }),
    [],
  );
  return <div className="editor-host" ref={host} />;
};
