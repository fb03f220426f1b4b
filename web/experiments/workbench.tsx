/** Editor of an experiment, beside the explanation, the plan and the earlier versions. */
import { type KeyboardEvent, Suspense, useMemo, useRef, useState } from "react";
import { diffDocuments } from "../../experiments/model/document/diff.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { nameInMetadata } from "../../experiments/model/notation/document-name.ts";
import type { FullDocument } from "../../server/contract/index.ts";
import { chunk } from "../chunk.ts";
import { experimentHref, replace } from "../route.ts";
import { SaveDialog } from "../save/save-dialog.tsx";
import { useSaving } from "../save/use-saving.ts";
import { useRefusal } from "../session.tsx";
import { Tabs } from "../ui/tabs.tsx";
import type { Handle } from "./editor/editor.tsx";
import { Explanation } from "./explanation.tsx";
import { Heading } from "./heading.tsx";
import { DryRun } from "./plan/dry-run.tsx";
import { Problems } from "./problems.tsx";
import { type Source, storedSource, textSource } from "./source.ts";
import { type Choice, StartDialog } from "./start/start-dialog.tsx";
import { keepDraft } from "./text/draft.ts";
import { marksOf } from "./text/marks.ts";
import { readText } from "./text/reading.ts";
import { hasNotes, writtenOf } from "./text/written.ts";
import { useDraft } from "./use-draft.ts";
import { useSettled } from "./use-settled.ts";
import { Versions } from "./versions.tsx";

const Editor = chunk(async () => (await import("./editor/editor.tsx")).Editor);

type View = "explain" | "plan" | "versions";
/**
 * Delay of parsing: short texts are parsed while the user types; long texts, larger than any experiment, take seconds
 * and wait for a pause.
 */
const restOf = ({ length }: string): number => (length > 200_000 ? 2_000 : length > 50_000 ? 700 : 150);
const PLAN_REST_MS = 600;

export interface WorkbenchProps {
  /** Stored experiment; null: a new experiment. */
  readonly stored: FullDocument | null;
  /** Storage key of a new experiment's draft; absent or null: the key shared by all new experiments. */
  readonly draftKey?: string | null;
  /** Initial text where no version is stored. */
  readonly template: string;
  readonly mesh: Mesh | null;
}
export const Workbench = ({ stored, draftKey = null, template, mesh }: WorkbenchProps) => {
  const name = stored?.name ?? null;
  const [begun] = useState(() => (stored === null ? template : writtenOf(stored.content)));
  const draft = useDraft(name ?? draftKey, { text: begun, base: stored?.digest ?? null });
  const [first] = useState(draft.text);
  const [view, setView] = useState<View>("explain");
  const [isStarting, setStarting] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  const editor = useRef<Handle>(null);
  const refusal = useRefusal("operator");

  const settled = useSettled(draft.text, restOf(draft.text));
  const reading = useMemo(() => readText(settled, mesh), [settled, mesh]);
  const found = useMemo(() => ({ text: settled, marks: marksOf(settled, reading) }), [settled, reading]);
  const jump = (line: number, column: number) => editor.current?.jump(line, column);
  const put = (text: string) => {
    editor.current?.replace(text);
    setNotice(null);
  };

  const saving = useSaving("Experiment", (document, content) => {
    draft.settle(draft.text, document.digest);
    setNotice(`Saved as version ${document.version}.`);
    // A new name leads to another page, which starts with the text and all YAML comments.
    if (nameInMetadata(content.metadata) === name) return;
    if (hasNotes(draft.text)) keepDraft(document.name, { text: draft.text, base: document.digest });
    replace(experimentHref(document.name));
  });
  /** Runs an action on the current text, or shows why not. */
  const soundly = (act: (reading: ReturnType<typeof readText>) => void) => {
    if (refusal !== null) return setNotice(refusal);
    const now = readText(draft.text, mesh);
    if (now.content === null) return setNotice("Fix the problems below the editor first.");
    setNotice(null);
    act(now);
  };
  const save = () =>
    soundly(({ content }) => {
      if (content !== null)
        saving.rehearse(content, nameInMetadata(content.metadata) === name ? draft.base : null).catch(reportError);
    });
  const start = () => soundly(() => setStarting(true));

  const isSame = useMemo(
    () => stored !== null && reading.content !== null && diffDocuments(stored.content, reading.content).length === 0,
    [stored, reading],
  );
  const isChanged = draft.isChanged && !isSame;
  const asStored = stored === null || stored.digest !== draft.base ? null : storedSource(stored);
  const plannedReading = useSettled(reading, PLAN_REST_MS);
  const source: Source | null = !isChanged && asStored !== null ? asStored : textSource(plannedReading);
  const asText = textSource(reading);
  const choices: readonly Choice[] = [
    ...(isChanged || asStored === null
      ? asText === null
        ? []
        : [{ word: "The text as it stands in the editor", source: asText }]
      : []),
    ...(stored === null ? [] : [{ word: `Version ${stored.version} as it is stored`, source: storedSource(stored) }]),
  ];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const act = { s: save, Enter: start }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    // The keys work wherever on the page one is; each has its button, too.
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing of it is reached by these keys alone
    <div className="workbench" onKeyDown={onKeyDown}>
      <Heading
        stored={stored}
        draft={draft}
        isSame={isSame}
        isStartable={choices.length > 0}
        notice={notice}
        onSave={save}
        onStart={start}
        onReplace={put}
        onTake={(text, base) => {
          put(text);
          draft.settle(text, base);
        }}
      />
      <div className="beside">
        <section className="writing" aria-label="The file">
          <Suspense fallback={<p className="waiting">Loading the editor…</p>}>
            <Editor
              ref={editor}
              text={first}
              label="The experiment, in YAML. Escape, then Tab, leaves the editor."
              mesh={mesh}
              found={found}
              onChange={draft.change}
              onSave={save}
              onStart={start}
            />
          </Suspense>
          <p className="small keys">
            <kbd>Ctrl</kbd>/<kbd>⌘</kbd> <kbd>Space</kbd> completes, <kbd>S</kbd> saves, <kbd>Enter</kbd> starts.{" "}
            <kbd>Esc</kbd>, then <kbd>Tab</kbd>, leaves the editor.
          </p>
          <Problems label="Problems" problems={reading.problems} warnings={reading.warnings} onJump={jump} />
        </section>
        <Tabs
          label="What the file means"
          tabs={[
            { key: "explain", word: "Explain" },
            { key: "plan", word: "Dry run" },
            ...(stored === null ? [] : [{ key: "versions" as const, word: "Versions", count: stored.version }]),
          ]}
          shown={view}
          onShow={setView}
        >
          {view === "explain" && <Explanation reading={reading} />}
          {view === "plan" && <DryRun source={source} reading={reading} onJump={jump} />}
          {view === "versions" && name !== null && <Versions name={name} content={reading.content} onRestore={put} />}
        </Tabs>
      </div>
      <SaveDialog of={saving} name={name} notes={hasNotes(draft.text)} />
      {isStarting && (
        <StartDialog name={reading.name ?? name ?? ""} choices={choices} onLeave={() => setStarting(false)} />
      )}
    </div>
  );
};
