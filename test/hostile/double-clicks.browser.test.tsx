import { afterEach, describe, expect, test, vi } from 'vitest';
import { useState } from 'react';
import { cleanup, render } from 'vitest-browser-react';
import { CibaLogin, CibaLoginDialog, TotpForm } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { en, enSetup } from 'react-ciba/locales/en';
import { TotpSetup } from 'react-ciba/totp-setup';
import { createTestEnrollment } from '../support/totp-enrollment.js';
import { HOSTS } from './hosts.js';
import { click, holdEnter, secondClick, type } from './real-input.js';
import { HINT, openStage } from './stage.js';
import type { Stage } from './stage.js';
import '../../src/styles/index.css';

const [PAGE] = HOSTS;
if (!PAGE) throw new Error('There is no host.');
let stage: Stage | null = null;

afterEach(async () => {
  await stage?.close();
  stage = null;
  await cleanup();
});

/** What a login that knows its user went through before, and how its screen came up. */
const SCREENS: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  idle: (stage) => stage.button('idle.start'),
  async polling(stage) {
    await stage.press('idle.start');
    await stage.reaches('polling');
  },
  async totpEntry(stage) {
    await stage.press('action.useCode');
    await stage.reaches('totpEntry');
  },
  async denied(stage) {
    await SCREENS['polling']?.(stage);
    stage.adapter.phone.deny();
    await stage.reaches('denied');
  },
  async reported(stage) {
    await SCREENS['denied']?.(stage);
    await stage.press('denied.report');
    await expect.poll(() => stage.root()?.textContent).toContain(en['denied.reported']);
  },
  async expired(stage) {
    await SCREENS['polling']?.(stage);
    await stage.world.advance(61_000);
    await stage.reaches('expired');
  },
  async timedOut(stage) {
    await SCREENS['polling']?.(stage);
    await stage.world.advance(31_000);
    await stage.reaches('timedOut');
  },
  async lockedOut(stage) {
    await SCREENS['polling']?.(stage);
    await stage.press('action.useCode');
    await stage.fill('000000{Enter}');
    await stage.reaches('lockedOut');
  },
  async failed(stage) {
    stage.adapter.faults = { initiate: 'forbidden' };
    await stage.press('idle.start');
    await stage.reaches('failed');
  },
  async cancelled(stage) {
    await SCREENS['polling']?.(stage);
    await stage.press('action.cancel');
    await stage.reaches('idle');
  },
};

describe.each(Object.entries(SCREENS))('the screen %s', (name, show) => {
  test('takes no second click, and then every first one', async () => {
    const onClick = vi.fn();
    const backend = { totp: { attempts: 1, lockout: 60 }, expiresIn: 60 };
    const alternatives = <button onClick={onClick}>Use a password</button>;
    const approvalTimeout = name === 'expired' ? 90 : 30;
    stage = await openStage(PAGE, backend, { loginHint: HINT, approvalTimeout, alternatives, appLink: '#app' });
    await show(stage);
    const { adapter, root } = stage;
    const seen = () => [root()?.textContent, adapter.calls.filter(({ method }) => method !== 'poll').length];
    const before = seen();
    const buttons = [...(root()?.querySelectorAll<HTMLElement>('button:not(:disabled), a') ?? [])];
    for (const button of buttons) if (button.checkVisibility()) await secondClick(button);
    expect(seen()).toEqual(before);
    expect(onClick).not.toHaveBeenCalled();

    await click(root()?.querySelector('button:not(:disabled)') as Element);
    await expect.poll(seen).not.toEqual(before);
  });
});

test('a double click on the page’s own button is none on the login that it opens', async () => {
  const adapter = createMemoryAdapter();
  function App() {
    const [open, setOpen] = useState(false);
    return open ? (
      <CibaLogin adapter={adapter} loginHint={HINT} />
    ) : (
      <button onClick={() => setOpen(true)}>Open</button>
    );
  }
  await render(<App />);
  await click(document.querySelector('button') as Element);
  await secondClick(document.querySelector('[data-verb="start"]') as Element);
  expect(adapter.phone.rings).toBe(0);
  await click(document.querySelector('[data-verb="start"]') as Element);
  await expect.poll(() => adapter.phone.rings).toBe(1);
});

test('a dialog is not closed by the double click that opened it, or that changed its screen', async () => {
  const adapter = createMemoryAdapter();
  function App() {
    const [open, setOpen] = useState(false);
    return (
      <>
        <button onClick={() => setOpen(true)}>Open</button>
        <CibaLoginDialog open={open} onOpenChange={setOpen} adapter={adapter} loginHint={HINT} />
      </>
    );
  }
  await render(<App />);
  const dialog = document.querySelector('dialog') as HTMLDialogElement;
  const close = () => dialog.querySelector('[data-part="dialog-close"]') as Element;
  for (let opening = 1; opening <= 2; opening += 1) {
    await click(document.querySelector('button') as Element);
    await secondClick(close());
    expect(dialog.open).toBe(true);
    await click(dialog.querySelector('h2') as Element);
    await click(close());
    expect(dialog.open).toBe(false);
  }
  await click(document.querySelector('button') as Element);
  await click(dialog.querySelector('[data-verb="start"]') as Element);
  await expect.poll(() => adapter.phone.rings).toBe(1);
  await secondClick(close());
  expect(dialog.open).toBe(true);
});

test('a second click on "Verify" leaves the answer to the first one', async () => {
  const entry = { verifying: false, problem: null, wrongCodes: 0, attemptsLeft: 3 } as const;
  function Form() {
    const [code, setCode] = useState<Parameters<typeof TotpForm>[0]['code']>(entry);
    const submitCode = () => setCode({ ...entry, problem: { kind: 'invalidCode' }, wrongCodes: 1, attemptsLeft: 2 });
    return <TotpForm code={code} submitCode={submitCode} />;
  }
  await render(<Form />);
  await click(document.querySelector('input') as Element);
  await type('000000');
  const button = document.querySelector('[data-verb="submitCode"]') as Element;
  await click(button, 2);
  expect(document.body.textContent).toContain(en['totpEntry.wrong']);
  expect(document.body.textContent).not.toContain(en['totpEntry.incomplete'](6));
});

test('a held Enter presses a button once', async () => {
  const onClick = vi.fn();
  const alternatives = <button onClick={onClick}>Use a password</button>;
  stage = await openStage(PAGE, {}, { loginHint: HINT, alternatives });
  await stage.button('idle.start');
  stage.tree.querySelector<HTMLElement>('[data-part="alternatives"] button')?.focus();
  await holdEnter(5);
  expect(onClick).toHaveBeenCalledTimes(1);
});

test('the backup codes of a set-up are not gone with the second click on "Confirm"', async () => {
  const onFinished = vi.fn();
  const { enrollment, code } = createTestEnrollment({ backupCodes: ['K7M4-X2PQ'] });
  await render(<TotpSetup enrollment={enrollment} onFinished={onFinished} />);
  await expect.poll(() => document.querySelector('input')).not.toBeNull();
  await click(document.querySelector('input') as Element);
  await type(code());
  await click(document.querySelector('[data-verb="submitCode"]') as Element);
  const finish = () => [...document.querySelectorAll('button')].find((b) => b.textContent === enSetup['setup.finish']);
  await expect.poll(finish).toBeDefined();
  await secondClick(finish() as Element);
  expect(onFinished).not.toHaveBeenCalled();
  await click(finish() as Element);
  expect(onFinished).toHaveBeenCalledTimes(1);
});
