/** Tabs: several views of the same subject, a single view at a time. Arrow keys move between tabs. */
import { type KeyboardEvent, type ReactNode, useId } from "react";
import "./tabs.css";

export interface Tab<K extends string> {
  readonly key: K;
  readonly word: string;
  /** Beside the word: how many. */
  readonly count?: number | undefined;
}
export interface TabsProps<K extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<K>[];
  readonly shown: K;
  readonly onShow: (key: K) => void;
  readonly children: ReactNode;
}
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

export const Tabs = <K extends string>({ label, tabs, shown, onShow, children }: TabsProps<K>) => {
  const id = useId();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    const at = tabs.findIndex(({ key }) => key === shown);
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    onShow(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <section className="tabs">
      <div role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(({ key, word, count }) => (
          <button
            key={key}
            id={`${id}-${key}`}
            type="button"
            role="tab"
            aria-selected={key === shown}
            aria-controls={`${id}-panel`}
            tabIndex={key === shown ? 0 : -1}
            onClick={() => onShow(key)}
          >
            {word}
            {count !== undefined && <span className="count">{count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`}>
        {children}
      </div>
    </section>
  );
};
