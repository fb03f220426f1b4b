import { LastKnown } from "../look/last-known.tsx";
import { useTitle } from "../look/use-title.ts";
import { useRefusal } from "../session.tsx";
import { Backup } from "./backup.tsx";
import { Integrity } from "./integrity.tsx";
import { OwnSession } from "./own-session.tsx";
import { ServerCard } from "./server-card.tsx";
import "./settings.css";
import { ThemeChoice } from "./theme-choice.tsx";
import { Tokens } from "./tokens.tsx";

export const SettingsPage = () => {
  const closed = useRefusal("admin");
  useTitle("Settings");
  return (
    <>
      <div className="head">
        <h1>Settings</h1>
        <LastKnown />
      </div>
      <div className="columns">
        <div>
          <OwnSession />
          <ThemeChoice />
          <Integrity />
        </div>
        <div>
          <ServerCard />
          <Backup />
        </div>
      </div>
      {closed === null ? (
        <Tokens />
      ) : (
        <section className="card settings" aria-labelledby="tokens">
          <h2 id="tokens">Tokens</h2>
          <p>Who may come in is decided by administrators: {closed}</p>
        </section>
      )}
    </>
  );
};
