/** A file from disk into the editor: read by the page, sent nowhere. */
import { type ChangeEvent, useRef, useState } from "react";

const LARGEST = 2 ** 20;
interface OpenFileProps {
  readonly onOpen: (text: string) => void;
}
export const OpenFile = ({ onOpen }: OpenFileProps) => {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const open = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    // The same file can be chosen again.
    target.value = "";
    if (file === undefined) return;
    setProblem(null);
    if (file.size > LARGEST) return setProblem(`${file.name} is larger than 1 MiB: an experiment is never that long.`);
    try {
      onOpen((await file.text()).replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"));
    } catch (error) {
      setProblem(`${file.name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        Open a file…
      </button>
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        accept=".yaml,.yml,.json"
        aria-label="A file with an experiment"
        tabIndex={-1}
        onChange={(event) => {
          open(event).catch(reportError);
        }}
      />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
};
