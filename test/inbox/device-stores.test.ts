// @vitest-environment node
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll } from 'vitest';
import { createMemoryDeviceStore } from 'react-ciba/inbox/server';
import { createPostgresDeviceStore, TABLE } from '../../examples/postgres-devices.js';
import { describeDeviceStore } from './device-store-suite.js';

describeDeviceStore('in memory', async () => createMemoryDeviceStore());

let database: PGlite;

beforeAll(async () => {
  database = await PGlite.create();
}, 120_000);

afterAll(() => database?.close());

describeDeviceStore('in Postgres, as docs/inbox.md has it', async () => {
  await database.exec(`drop table if exists ciba_devices; ${TABLE}`);
  return createPostgresDeviceStore(database);
});
