import { act, createEvent, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { CibaLogin } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';

// iOS counts every tap as the first one, so the two taps of a double tap differ in their time alone.

const NOW = 1_000;

// The time stands still, so that a busy machine can't turn a double tap into two taps.
beforeEach(() => {
  for (const { performance } of [globalThis, document.defaultView ?? window])
    vi.spyOn(performance, 'now').mockReturnValue(NOW);
});

const settle = () => act(async () => undefined);

/** A click as iOS makes it. `afterMs` is how long after the change of the screen. */
function tap(button: HTMLElement, afterMs = 0, pointerType = 'touch'): void {
  const pointerDown = createEvent.pointerDown(button, { bubbles: true });
  Object.defineProperty(pointerDown, 'pointerType', { value: pointerType });
  fireEvent(button, pointerDown);
  const click = createEvent.click(button, { detail: 1 });
  Object.defineProperty(click, 'timeStamp', { value: NOW + afterMs });
  fireEvent(button, click);
}

const button = (name: string) => screen.getByRole('button', { name });

async function openLogin() {
  const adapter = createMemoryAdapter();
  render(<CibaLogin adapter={adapter} loginHint="ada@example.com" />);
  await settle();
  return adapter;
}

test('the second tap on "Sign in" does not cancel what the first one started', async () => {
  const adapter = await openLogin();
  tap(button(en['idle.start']), 500);
  await settle();
  expect(adapter.phone.rings).toBe(1);
  tap(button(en['action.cancel']), 300);
  await settle();
  expect(adapter.calls.map(({ method }) => method)).not.toContain('cancel');
  tap(button(en['action.cancel']), 500);
  await settle();
  expect(adapter.calls.map(({ method }) => method)).toContain('cancel');
});

test('a tap that opened the login does not start it as well', async () => {
  const adapter = await openLogin();
  tap(button(en['idle.start']), 300);
  await settle();
  expect(adapter.phone.rings).toBe(0);
});

test.each(['mouse', 'pen', ''])('a single click is never too early, pointer: "%s"', async (pointerType) => {
  const adapter = await openLogin();
  tap(button(en['idle.start']), 0, pointerType);
  await settle();
  expect(adapter.phone.rings).toBe(1);
});

test('neither is a click by a script or a key, even after a tap', async () => {
  const adapter = await openLogin();
  tap(button(en['idle.start']), 500);
  await settle();
  fireEvent.click(button(en['action.cancel']), { detail: 0 });
  await settle();
  expect(adapter.calls.map(({ method }) => method)).toContain('cancel');
});

test('taps on one screen may follow each other fast', async () => {
  await openLogin();
  tap(button(en['action.useCode']), 500);
  await settle();
  const verify = () => tap(button(en['totpEntry.submit']), 500);
  verify();
  verify();
  await settle();
  expect(screen.getByText(en['totpEntry.incomplete'](6))).toBeVisible();
});
