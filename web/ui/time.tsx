/** A moment, local to whoever looks, or in the words given; UTC when pointed at. */
const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
/** `iso`: UTC. */
const utcOf = (iso: string): string => `${iso.replace("T", " ").slice(0, 19)} UTC`;

export const Time = ({ iso, children }: { readonly iso: string; readonly children?: string }) => (
  <time dateTime={iso} title={utcOf(iso)}>
    {children ?? LOCAL.format(new Date(iso))}
  </time>
);

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
/** Time of day, local to whoever looks, beside a run time: logs and other dashboards go by it. */
export const Clock = ({ wallMs }: { readonly wallMs: number }) => (
  <time className="wall small" dateTime={new Date(wallMs).toISOString()} title={utcOf(new Date(wallMs).toISOString())}>
    {CLOCK.format(new Date(wallMs))}
  </time>
);
