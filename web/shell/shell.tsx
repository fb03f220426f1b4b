/** Frame around every page: navigation, connection state, and the halt of any run. */
import { Suspense, useEffect, useRef } from "react";
import { useLost } from "../api/traffic.ts";
import { Unheard } from "../halt/unheard.tsx";
import { pageHref, useRoute } from "../route.ts";
import { useSession } from "../session.tsx";
import { useTabSign } from "../ui/use-leaking.ts";
import { ClockNotice } from "./clock-notice.tsx";
import { Connection } from "./connection.tsx";
import { Failure } from "./failure.tsx";
import { GateNotice, HaltAll } from "./halt-all.tsx";
import { Navigation } from "./navigation.tsx";
import { Page } from "./pages.tsx";
import { Sail } from "./sail.tsx";
import { useScrollPlace } from "./use-scroll-place.ts";

const Content = () => {
  const route = useRoute();
  const lost = useLost() !== null;
  const main = useRef<HTMLElement>(null);
  // A change of the page's filters does not make another page.
  const { query: _, ...place } = route;
  const key = Object.values(place).join("/");
  // Keyboard and screen-reader users start the new page at the beginning.
  const known = useRef(key);
  useEffect(() => {
    if (known.current === key) return;
    known.current = key;
    main.current?.focus({ preventScroll: true });
  }, [key]);
  useScrollPlace(key);
  return (
    <main id="content" ref={main} tabIndex={-1} data-stale={lost || undefined}>
      <GateNotice />
      <ClockNotice />
      <Failure of={key}>
        <Suspense fallback={<p className="waiting">Loading…</p>}>
          <Page route={route} />
        </Suspense>
      </Failure>
    </main>
  );
};

export const Shell = () => {
  const { page } = useRoute();
  const { who, leave } = useSession();
  useTabSign();
  const skip = () => document.getElementById("content")?.focus();
  return (
    <>
      <button type="button" className="skip" onClick={skip}>
        Skip to the page
      </button>
      <header className="top">
        {/* First in the tab order for keyboard users; drawn at the end of the bar. */}
        <HaltAll />
        <a className="brand" href={pageHref("mesh")}>
          <Sail />
          Squall
        </a>
        <Navigation page={page} />
        <Connection />
        <span className="who">
          <span title={`Role: ${who.role}`}>
            {who.name} <span className="small">{who.role}</span>
          </span>
          <button type="button" className="quiet" onClick={leave}>
            Sign out
          </button>
        </span>
        <Unheard />
      </header>
      <Content />
    </>
  );
};
