import { useEffect, useRef } from "react";
import { type Plain, pageHref, type Route } from "../route.ts";
import { useRefusal } from "../session.tsx";

const PAGES: readonly (readonly [Plain, string])[] = [
  ["mesh", "Mesh"],
  ["runs", "Runs"],
  ["experiments", "Experiments"],
  ["schedules", "Schedules"],
  ["agents", "Agents"],
  ["policies", "Policies"],
  ["tokens", "Tokens"],
  ["audit", "Audit"],
  ["settings", "Settings"],
];
/** Pages hidden from other users: such a page would only show a refusal. */
const FOR_ADMINS: readonly Plain[] = ["tokens"];
/** Pages of a single item belong to the page of the whole list. */
const BELOW: Readonly<Partial<Record<Route["page"], Plain>>> = { run: "runs", experiment: "experiments" };

export const Navigation = ({ page }: { readonly page: Route["page"] }) => {
  const list = useRef<HTMLUListElement>(null);
  const closed = useRefusal("admin") !== null;
  const pages = PAGES.filter(([name]) => !closed || !FOR_ADMINS.includes(name));
  const meant = BELOW[page] ?? page;
  // On a narrow screen the row scrolls: the current page's link stays in sight, also when the screen is turned.
  useEffect(() => {
    const row = list.current!;
    const observer = new ResizeObserver(() => {
      row.querySelector(`[data-page="${meant}"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
    });
    observer.observe(row);
    return () => observer.disconnect();
  }, [meant]);
  return (
    <nav className="pages" aria-label="Pages">
      <ul ref={list}>
        {pages.map(([name, word]) => (
          <li key={name}>
            <a
              href={pageHref(name)}
              data-page={name}
              aria-current={page === name ? "page" : BELOW[page] === name ? "location" : undefined}
            >
              {word}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
};
