import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{experiments,agent,server,cli}/**/*.test.ts", "test/architecture.test.ts"],
          pool: "threads",
        },
      },
      {
        // Real processes, sockets and seconds: one file at a time, on the built dist/.
        test: {
          name: "whole",
          include: ["test/**/*.test.ts"],
          exclude: ["test/architecture.test.ts"],
          pool: "forks",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
