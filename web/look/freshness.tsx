/** Says honestly how old what is shown is. */
import type { Link } from "../api/follow.ts";
import { lengthOf } from "./words.ts";

/** The server says something every 5 s at the least. */
const QUIET_MS = 7_000;
export const isStale = (link: Link, ageMs: number): boolean =>
  link.is === "lost" || (link.is === "live" && ageMs > QUIET_MS);

export const Freshness = ({ link, ageMs }: { readonly link: Link; readonly ageMs: number }) => {
  if (link.is === "over" || link.is === "refused") return null;
  if (!isStale(link, ageMs))
    return (
      <p className={`link ${link.is}`} role="status">
        <span className="dot" aria-hidden="true" />
        {link.is === "live" ? "Live" : "Connecting…"}
      </p>
    );
  return (
    <div className="link lost">
      <p role="status">
        <span className="dot" aria-hidden="true" />
        Connection lost; trying again.
      </p>
      <p title={link.is === "lost" ? link.why : undefined}>What is shown is {lengthOf(ageMs)} old.</p>
    </div>
  );
};
