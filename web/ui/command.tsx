/** A command for a terminal, to be copied. */
import { useRef, useState } from "react";

export const Command = ({ text }: { readonly text: string }) => {
  const code = useRef<HTMLElement>(null);
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied.");
    } catch {
      // Clipboard access needs TLS or localhost: otherwise the text is selected, for the user to copy by keyboard.
      if (code.current !== null) window.getSelection()?.selectAllChildren(code.current);
      setSaid("Selected: copy it by its key.");
    }
  };
  return (
    <span className="command">
      <code ref={code}>{text}</code>
      <button
        type="button"
        aria-label={`Copy ${text}`}
        onClick={() => {
          copy().catch(reportError);
        }}
      >
        Copy
      </button>
      <span role="status">{said}</span>
    </span>
  );
};
