/**
 * Soak mode: a test with many moments or repetitions tries a few of them for each change, and all of them in
 * `npm run test:soak`.
 */
// The name must not begin with SQUALL_: a server refuses unknown settings.
const SOAKS = process.env.TEST_SOAK === "1";

export const often = <T>(few: T, many: T): T => (SOAKS ? many : few);
