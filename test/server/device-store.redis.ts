import { createRedisDeviceStore } from 'react-ciba/inbox/server';
import { afterAll, beforeAll } from 'vitest';
import { describeDeviceStore } from '../inbox/device-store-suite.js';
import { startRedis } from './redis-server.js';
import type { TestRedis } from './redis-server.js';

let redis: TestRedis;
let client: Awaited<ReturnType<TestRedis['connect']>>;

beforeAll(async () => {
  redis = await startRedis();
  client = await redis.connect();
});

afterAll(async () => {
  client.destroy();
  await redis.close();
});

describeDeviceStore('in Redis', async () => {
  await client.flushAll();
  return createRedisDeviceStore({ client });
});
