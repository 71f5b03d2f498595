import { expect } from 'vitest';
import { holdEnter, type } from './real-input.js';
import { HINT } from './stage.js';
import type { Stage } from './stage.js';

export interface Walk {
  readonly name: string;
  walk(stage: Stage): Promise<void>;
}

async function signIn(stage: Stage): Promise<void> {
  await stage.fill(HINT);
  await stage.press('idle.start');
  await stage.reaches('polling');
}

/** What people do in every login, whatever it looks like. */
export const WALKS: readonly Walk[] = [
  {
    name: 'approved',
    async walk(stage) {
      await signIn(stage);
      expect(stage.adapter.phone.requests[0]?.loginHint).toBe(HINT);
      stage.adapter.phone.approve();
      await stage.reaches('approved');
    },
  },
  {
    name: 'denied, tried again',
    async walk(stage) {
      await signIn(stage);
      stage.adapter.phone.deny();
      await stage.reaches('denied');
      await stage.press('denied.retry');
      await stage.reaches('polling');
      expect(stage.adapter.phone.rings).toBe(2);
    },
  },
  {
    name: 'expired, sent anew',
    async walk(stage) {
      await signIn(stage);
      await stage.world.advance(61_000);
      await stage.reaches('expired');
      await stage.press('expired.retry');
      await stage.reaches('polling');
      expect(stage.adapter.phone.rings).toBe(2);
    },
  },
  {
    name: 'a wrong code, then the right one',
    async walk(stage) {
      await stage.fill(HINT);
      await stage.press('action.useCode');
      await stage.reaches('totpEntry');
      await stage.fill('000000');
      await type('{Enter}');
      await expect.poll(async () => (await stage.field()).getAttribute('aria-invalid')).toBe('true');
      await stage.fill('123456');
      await stage.press('totpEntry.submit');
      await stage.reaches('approved');
    },
  },
  {
    name: 'Enter in the field, held down',
    async walk(stage) {
      await stage.fill(HINT);
      await holdEnter(5);
      await stage.reaches('polling');
      expect(stage.adapter.phone.rings).toBe(1);
    },
  },
  {
    name: 'cancelled',
    async walk(stage) {
      await signIn(stage);
      await stage.press('action.cancel');
      await stage.reaches('idle');
    },
  },
  {
    name: 'sent again',
    async walk(stage) {
      await signIn(stage);
      await stage.world.advance(31_000);
      await stage.press('polling.resend');
      await expect.poll(() => stage.adapter.phone.rings).toBe(2);
      await stage.reaches('polling');
    },
  },
  {
    name: 'every button clicked twice',
    async walk(stage) {
      await stage.fill(HINT);
      await stage.press('idle.start', 2);
      await stage.reaches('polling');
      await stage.press('action.useCode', 2);
      await stage.reaches('totpEntry');
      await stage.press('action.backToPush', 2);
      await stage.reaches('polling');
      await stage.press('action.cancel', 2);
      await stage.reaches('idle');
      expect(stage.adapter.phone.rings).toBe(1);
    },
  },
];
