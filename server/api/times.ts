/** Times in the API's form: ISO 8601, UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
/** Unix ms of an ISO 8601 text that a schema has checked. */
export const msOf = (text: string): number => Date.parse(text);
