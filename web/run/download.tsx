/**
 * Download of a run's report in the chosen format. Each format is a link: the browser saves the server's answer under
 * the name that the server gives, and the address can be copied.
 */
import { type FocusEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { RunId } from "../../experiments/model/names.ts";
import { REPORT_FORMAT_NAMES, REPORT_FORMATS } from "../../experiments/model/report/format.ts";
import { pathOf } from "../../server/client/path.ts";

export const Download = ({ run }: { readonly run: RunId }) => {
  const [open, setOpen] = useState(false);
  const id = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const onPress = ({ target }: PointerEvent) => {
      if (!group.current?.contains(target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", onPress);
    return () => document.removeEventListener("pointerdown", onPress);
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === "Escape" && open) close();
  };
  // Safari focuses no link that is pressed: without a next place of focus the press is still to come.
  const onBlur = ({ relatedTarget, currentTarget }: FocusEvent) => {
    if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) setOpen(false);
  };
  return (
    <fieldset ref={group} className="download" aria-label="Report of this run" {...{ onKeyDown, onBlur }}>
      <button ref={button} type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        Download <span aria-hidden="true">▾</span>
      </button>
      <ul id={id} hidden={!open}>
        {REPORT_FORMAT_NAMES.map((format) => (
          <li key={format}>
            <a href={pathOf("GET /api/v1/runs/:id/report", { id: run }, { format })[1]} download onClick={close}>
              {REPORT_FORMATS[format].word}
              <span className="small"> .{REPORT_FORMATS[format].ending}</span>
            </a>
          </li>
        ))}
      </ul>
    </fieldset>
  );
};
