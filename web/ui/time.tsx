/** Moment in the user's local time, or in the given words; UTC on hover. */
const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
/** `iso`: UTC. */
const utcOf = (iso: string): string => `${iso.replace("T", " ").slice(0, 19)} UTC`;

export const Time = ({ iso, children }: { readonly iso: string; readonly children?: string }) => (
  <time dateTime={iso} title={utcOf(iso)}>
    {children ?? LOCAL.format(new Date(iso))}
  </time>
);

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
/** Time of day in the user's local time, beside a run time: logs and other dashboards use the time of day. */
export const Clock = ({ wallMs }: { readonly wallMs: number }) => (
  <time className="wall small" dateTime={new Date(wallMs).toISOString()} title={utcOf(new Date(wallMs).toISOString())}>
    {CLOCK.format(new Date(wallMs))}
  </time>
);
