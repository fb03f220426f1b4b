import { LastKnown } from "../ui/last-known.tsx";
import { useTitle } from "../ui/use-title.ts";
import { Backup } from "./backup.tsx";
import { Integrity } from "./integrity.tsx";
import { OwnSession } from "./own-session.tsx";
import { ServerCard } from "./server-card.tsx";
import "./settings.css";
import { ThemeChoice } from "./theme-choice.tsx";
import { TokensLink } from "./tokens-link.tsx";

export const SettingsPage = () => {
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
          <TokensLink />
          <Backup />
        </div>
      </div>
    </>
  );
};
