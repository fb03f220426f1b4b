const BARS = "▁▂▃▄▅▆▇█";

/** A bar for each value, the newest `columns` values, from 0 to `most`. A gap (null) is a blank. */
export const sparkline = (values: readonly (number | null)[], columns: number, most: number): string =>
  values
    .slice(-columns)
    .map((value) => {
      if (value === null) return " ";
      const level = most <= 0 ? 0 : Math.round((Math.min(value, most) / most) * (BARS.length - 1));
      return BARS[Math.max(0, level)]!;
    })
    .join("");
