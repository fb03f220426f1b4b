/** A chart in words, for readers who cannot see the canvas. Pure. */
export interface Said {
  readonly label: string;
  /** Values by moment; null: the value of that moment is unknown. */
  readonly values: readonly (number | null)[];
}
/** `rate: now 40/s, between 38/s and 41/s`. */
export const summaryOf = (series: readonly Said[], yFormat: (value: number) => string): string =>
  series
    .map(({ label, values }) => {
      const known = values.filter((value) => value !== null);
      if (known.length === 0) return `${label}: nothing is known`;
      const [least, most] = [Math.min(...known), Math.max(...known)];
      const range = least === most ? "all the time" : `between ${yFormat(least)} and ${yFormat(most)}`;
      const now = values.at(-1) ?? null;
      return now === null
        ? `${label}: ${range === "all the time" ? yFormat(most) : range}`
        : `${label}: now ${yFormat(now)}, ${range}`;
    })
    .join("; ");
