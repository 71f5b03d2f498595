// @vitest-environment node
import { expect, test } from 'vitest';
import { lockoutSeconds } from '../../src/contract/lockout.js';

test('doubles with each lockout, up to an hour', () => {
  expect([0, 1, 2, 6, 7, 8, 100].map(lockoutSeconds)).toEqual([30, 60, 120, 1920, 3600, 3600, 3600]);
});
