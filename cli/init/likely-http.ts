/** Ports on which HTTP is the likeliest guess. */
export const isLikelyHttp = (port: number): boolean =>
  [80, 5000, 9200].includes(port) || (port >= 3_000 && port < 3_100) || (port >= 8_000 && port < 9_000);
