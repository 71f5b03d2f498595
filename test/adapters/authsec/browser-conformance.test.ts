import { describe, it } from 'vitest';
import { describeAdapter } from '../../../src/testing/index.js';
import { startAuthSec } from './harness.js';

// jsdom has a window, so the adapter keeps AuthSec's ids to itself and counts wrong codes.
for (const flow of ['tenant', 'admin'] as const) {
  describeAdapter(`authsec, ${flow} flow, in a browser`, () => startAuthSec(flow), { describe, it });
}
