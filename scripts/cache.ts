/** The user's cache: programs from registries, shared by all checkouts of this user. */
import { homedir } from "node:os";
import { join } from "node:path";

/** Returns the path of a folder in the user's cache, which need not exist. Throws: the user has no home. */
export const cacheFolder = (name: string): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), name);
