/** Variables in which a server is given its secrets: commands of probes run without these. */

export const SECRET_VARIABLES = ["DATABASE_URL", "SQUALL_TOKEN"] as const;
export type SecretVariable = (typeof SECRET_VARIABLES)[number];
