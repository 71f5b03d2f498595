import { afterEach, describe, expect, test } from 'vitest';
import { HOSTS } from './hosts.js';
import { NO_LEAKS, openStage } from './stage.js';
import type { Stage } from './stage.js';
import { WALKS } from './walks.js';
import '../../src/styles/index.css';

let stage: Stage | null = null;

afterEach(async () => {
  await stage?.close();
  stage = null;
});

describe.each(HOSTS)('in $name', (host) => {
  test.each(WALKS)('$name', async ({ walk }) => {
    stage = await openStage(host);
    await walk(stage);
    expect(stage.leaks()).toEqual(NO_LEAKS);
  });
});
