import { afterEach, expect, test } from 'vitest';
import { server } from 'vitest/browser';
import { HOSTS } from './hosts.js';
import type { Host } from './hosts.js';
import { NO_LEAKS, openStage } from './stage.js';
import type { Stage } from './stage.js';
import { WALKS } from './walks.js';
import type { Walk } from './walks.js';
import '../../src/styles/index.css';

// All hosts with all walks take a minute. These few find most of what can break, in every engine.
const PAIRS = [
  ['a form', 'every button clicked twice'],
  ['a portal out of a form', 'a wrong code, then the right one'],
  ['a closed shadow root in a form', 'Enter in the field, held down'],
  ['a frame without allow-forms', 'approved'],
  ["a server's HTML, in a form", 'cancelled'],
  ['a native dialog in a form', 'sent again'],
] as const;

/** Only Chromium's driver holds a key down, and says of each click which of a double click it is. */
const NEEDS_CHROMIUM: readonly string[] = ['Enter in the field, held down', 'every button clicked twice'];

const walked = PAIRS.filter(([, walk]) => server.browser === 'chromium' || !NEEDS_CHROMIUM.includes(walk));

let stage: Stage | null = null;

afterEach(async () => {
  await stage?.close();
  stage = null;
});

test.each(walked)('in %s: %s', async (host, walk) => {
  stage = await openStage(HOSTS.find(({ name }) => name === host) as Host);
  await (WALKS.find(({ name }) => name === walk) as Walk).walk(stage);
  expect(stage.leaks()).toEqual(NO_LEAKS);
});
