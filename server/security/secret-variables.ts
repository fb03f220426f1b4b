/** Variables in which a server is given its secrets: no command that a probe runs has them in its environment. */

export const SECRET_VARIABLES = ["DATABASE_URL", "SQUALL_TOKEN"] as const;
export type SecretVariable = (typeof SECRET_VARIABLES)[number];
