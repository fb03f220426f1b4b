/** Wide content: the element scrolls alone, and takes the focus so that keyboard users can scroll too. */
import type { ReactNode } from "react";

export const Scroll = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached before it can be scrolled
  <section className="scroll" aria-label={label} tabIndex={0}>
    {children}
  </section>
);
