import { defineConfig } from "vitest/config";

const SHOP = ["test/docs.test.ts", "test/mesh/experiments.test.ts", "test/mesh/shop.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{experiments,agent,server,cli,web}/**/*.test.ts", "test/architecture.test.ts"],
          pool: "threads",
        },
      },
      {
        // Real processes, sockets and seconds, on the built dist/. They wait more than they work: two at a time.
        test: {
          name: "whole",
          include: ["test/**/*.test.ts"],
          exclude: ["test/architecture.test.ts", ...SHOP],
          pool: "forks",
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // On the shop, whose ports are fixed: one at a time.
        test: {
          name: "shop",
          include: SHOP,
          pool: "forks",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
