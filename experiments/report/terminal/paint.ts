/** Colours, or none. Painted last: a painted text has no width that can be measured. */
export interface Paint {
  readonly coloured: boolean;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}
const sgr = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const same = (text: string): string => text;

export const COLOURS: Paint = {
  coloured: true,
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
  dim: sgr(2, 22),
  bold: sgr(1, 22),
};
export const PLAIN: Paint = { coloured: false, good: same, bad: same, warn: same, dim: same, bold: same };

/** https://no-color.org and https://force-color.org: any value that is not empty. */
export const paintFor = (environment: Readonly<Record<string, string | undefined>>, tty: boolean): Paint => {
  if (environment.NO_COLOR) return PLAIN;
  if (environment.FORCE_COLOR && environment.FORCE_COLOR !== "0") return COLOURS;
  return tty && environment.TERM !== "dumb" ? COLOURS : PLAIN;
};
