// @vitest-environment node
import { describe, it } from 'vitest';
import { describeAdapter } from '../../../src/testing/index.js';
import { startAuthSec, startAuthSecBehindHandler } from './harness.js';

for (const flow of ['tenant', 'admin'] as const) {
  describeAdapter(`authsec, ${flow} flow, on a server`, () => startAuthSec(flow), { describe, it });
  describeAdapter(`authsec, ${flow} flow, behind the handler`, () => startAuthSecBehindHandler(flow), { describe, it });
}
