import { existsSync } from "node:fs";
import { Client } from "pg";
import { expect } from "vitest";
import { itOnPostgres, startPostgres, withPostgres } from "./postgres.ts";

const query = async (url: string, text: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
};

itOnPostgres("each use of the test database starts with an empty one and leaves none behind", async () => {
  const urls: string[] = [];
  for (const _ of [1, 2])
    await withPostgres(async (url) => {
      urls.push(url);
      await query(url, "create table things (id int)");
    });
  expect(new Set(urls).size).toBe(2);
  await withPostgres(async (url) => {
    const rows = await query(url, "select datname from pg_database where datname like 'squall_%'");
    expect(rows).toHaveLength(1);
  });
});

itOnPostgres("a cluster that is stopped leaves neither a process nor a file behind", async () => {
  const postgres = await startPostgres();
  const stands = () => [existsSync(`/proc/${postgres.pid}`), existsSync(postgres.folder)];
  expect(stands()).toEqual([true, true]);
  await postgres.stop();
  expect(stands()).toEqual([false, false]);
});
