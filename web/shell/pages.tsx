/** Page component for an address. Heavy pages are loaded at first display. */
import { chunk } from "../chunk.ts";
import type { Route } from "../route.ts";
import { RunsPage } from "../runs/runs-page.tsx";
import { UnknownPage } from "./unknown-page.tsx";

const RunPage = chunk(async () => (await import("../run/run-page.tsx")).RunPage);
const MeshPage = chunk(async () => (await import("../mesh/mesh-page.tsx")).MeshPage);
const ExperimentsPage = chunk(async () => (await import("../experiments/experiments-page.tsx")).ExperimentsPage);
const ExperimentPage = chunk(async () => (await import("../experiments/experiment-page.tsx")).ExperimentPage);
const AgentsPage = chunk(async () => (await import("../agents/agents-page.tsx")).AgentsPage);
const SchedulesPage = chunk(async () => (await import("../schedules/schedules-page.tsx")).SchedulesPage);
const PoliciesPage = chunk(async () => (await import("../policies/policies-page.tsx")).PoliciesPage);
const TokensPage = chunk(async () => (await import("../tokens/tokens-page.tsx")).TokensPage);
const AuditPage = chunk(async () => (await import("../audit/audit-page.tsx")).AuditPage);
const SettingsPage = chunk(async () => (await import("../settings/settings-page.tsx")).SettingsPage);

export const Page = ({ route }: { readonly route: Route }) => {
  switch (route.page) {
    case "mesh":
      return <MeshPage query={route.query} />;
    case "runs":
      return <RunsPage query={route.query} />;
    case "run":
      return <RunPage key={route.id} id={route.id} query={route.query} />;
    case "experiments":
      return <ExperimentsPage query={route.query} />;
    case "experiment":
      return <ExperimentPage key={route.name} name={route.name} query={route.query} />;
    case "agents":
      return <AgentsPage query={route.query} />;
    case "schedules":
      return <SchedulesPage query={route.query} />;
    case "policies":
      return <PoliciesPage query={route.query} />;
    case "tokens":
      return <TokensPage />;
    case "audit":
      return <AuditPage query={route.query} />;
    case "settings":
      return <SettingsPage />;
    case "enter":
    case "unknown":
      return <UnknownPage />;
  }
};
