/** User of the page. */

import { useSession } from "../session.tsx";
import { Time } from "../ui/time.tsx";

const MAY: Readonly<Record<string, string>> = {
  viewer: "read everything but tokens and the audit log, and plan runs",
  operator: "also start, halt and release runs, and apply experiments and schedules",
  admin: "do everything, also apply meshes and policies, make tokens and read the audit log",
};
export const OwnSession = () => {
  const { who, leave } = useSession();
  return (
    <section className="card settings" aria-labelledby="session">
      <h2 id="session">You</h2>
      <dl className="pairs">
        <dt>Signed in as</dt>
        <dd className="strong">{who.name}</dd>
        <dt>Role</dt>
        <dd>
          {who.role} <span className="small">may {MAY[who.role] ?? "not use the dashboard"}</span>
        </dd>
        <dt>Session ends</dt>
        <dd>{who.expiresAt === null ? "with its token" : <Time iso={who.expiresAt} />}</dd>
      </dl>
      <p>
        <button type="button" onClick={leave}>
          Sign out of this browser
        </button>
      </p>
    </section>
  );
};
