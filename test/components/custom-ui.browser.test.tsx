import type { ComponentType } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-react';
import axe from 'axe-core';
import { CibaLogin, CibaProvider } from 'react-ciba';
import type { Messages, UseCibaLoginOptions } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';
import { TicketLogin } from '../../examples/custom-ui-hooks/src/ticket-login.js';
import { SplitLogin } from '../../examples/custom-ui-parts/src/split-login.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import type { FakeEnvironment } from '../support/fake-environment.js';

// What a user of a login sees, hears and does, whoever drew it: the kit's own and both examples of a UI of one's own.
// Neither example has the kit's style sheet, so neither has this page.
type Props = Omit<UseCibaLoginOptions<MemorySession>, 'environment'>;

const UIS: [string, ComponentType<Props>][] = [
  ['<CibaLogin>', CibaLogin],
  ['custom-ui-hooks', TicketLogin],
  ['custom-ui-parts', SplitLogin],
];

let world: FakeEnvironment;
const pass = (seconds: number) => world.advance(seconds * 1000);

beforeEach(() => {
  world = createFakeEnvironment();
});
afterEach(cleanup);

type Text = { [Key in keyof Messages]: Messages[Key] extends string ? Key : never }[keyof Messages];

const title = (key: Text) => expect.element(page.getByRole('heading', { name: en[key] })).toBeVisible();
const press = (key: Text) => page.getByRole('button', { name: en[key], exact: true }).click();
const buttons = () =>
  page
    .getByRole('button')
    .elements()
    .map(({ textContent }) => textContent);
const codeField = () => page.getByRole('textbox', { name: en['totpEntry.label'](6) });
const seen = (text: string | RegExp) => expect.element(page.getByText(text).first()).toBeVisible();
/** The time left is a text, or digits in a ring that says it in words. */
const timeLeft = (seconds: number) =>
  expect
    .poll(() => {
      const ring = document.querySelector('[role="progressbar"]')?.getAttribute('aria-valuetext');
      return ring === undefined || ring === null
        ? document.body.textContent.includes(en['polling.timeLeft'](seconds))
        : ring.includes(en['polling.timeLeftValue'](seconds));
    })
    .toBe(true);
const focusOnTitle = () => expect.poll(() => document.activeElement?.matches('h1, h2')).toBe(true);

/** Everything that any live region says from now on. */
function listen(): string[] {
  const said: string[] = [];
  for (const region of document.querySelectorAll('[role="status"]')) {
    const observer = new MutationObserver(() => said.push(region.textContent));
    observer.observe(region, { childList: true, characterData: true, subtree: true });
  }
  return said;
}

async function expectNoViolations() {
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
}

/** Presses Tab until the focus is on the button of this name, as a user without a mouse does, then Enter. */
async function tabTo(key: Text) {
  const there = () => document.activeElement?.matches('button') && document.activeElement.textContent === en[key];
  for (let step = 0; step < 12 && !there(); step += 1) await userEvent.keyboard('{Tab}');
  expect(there()).toBe(true);
  await userEvent.keyboard('{Enter}');
}

describe.each(UIS)('%s', (_name, Login) => {
  async function mount(backend: MemoryAdapterOptions<MemorySession> = {}, props: Partial<Props> = {}) {
    const adapter = createMemoryAdapter({ ...backend, clock: world.environment.clock });
    await render(
      <CibaProvider environment={world.environment}>
        <Login adapter={adapter} loginHint="ada@example.com" {...props} />
        <input aria-label="Search" />
      </CibaProvider>,
    );
    return adapter;
  }

  async function wait(backend: MemoryAdapterOptions<MemorySession> = {}, props: Partial<Props> = {}) {
    const adapter = await mount(backend, props);
    await press('idle.start');
    await title('polling.title');
    return adapter;
  }

  test('an approval signs in: who, what, how long, and the session once', async () => {
    const onApproved = vi.fn();
    const adapter = await mount({ deliveredTo: 'Pixel 9', displayCode: '47' }, { loginHint: undefined, onApproved });
    await page.getByLabelText(en['identifier.email']).fill('ada@example.com');
    await userEvent.keyboard('{Enter}');
    await title('polling.title');
    for (const text of ['ada@example.com', 'Pixel 9', '47']) await seen(text);
    await timeLeft(120);
    await pass(61);
    await timeLeft(60);
    await expectNoViolations();
    adapter.phone.approve();
    await pass(2);
    await title('approved.title');
    expect(onApproved).toHaveBeenCalledExactlyOnceWith({ name: 'ada@example.com' });
    expect(buttons()).toEqual([]);
    await expectNoViolations();
  });

  test('an address that is none is said, and rings nobody', async () => {
    const adapter = await mount({}, { loginHint: undefined });
    const field = page.getByLabelText(en['identifier.email']);
    await field.fill('ada');
    const said = listen();
    await userEvent.keyboard('{Enter}');
    await expect.element(field).toHaveAccessibleDescription(en['identifier.emailInvalid']);
    await expect.element(field).toHaveFocus();
    expect(said).toEqual([en['identifier.emailInvalid']]);
    expect(adapter.calls).toEqual([]);
    await expectNoViolations();
  });

  test('denied: it wasn’t me, and no request after it', async () => {
    const onReported = vi.fn();
    const adapter = await wait({}, { onReported });
    adapter.phone.deny();
    await pass(2);
    await title('denied.title');
    await pass(60);
    expect(adapter.phone.rings).toBe(1);
    await expectNoViolations();
    await press('denied.report');
    await seen(en['denied.reported']);
    await focusOnTitle();
    expect(onReported).toHaveBeenCalledTimes(1);
    expect(buttons()).not.toContain(en['denied.report']);
    // Another push would ring the phone that somebody else may hold.
    expect(buttons()).not.toContain(en['denied.retry']);
    expect(adapter.phone.rings).toBe(1);
  });

  test('expired: a new request goes out when it is asked for', async () => {
    const adapter = await wait();
    await pass(122);
    await title('expired.title');
    await expectNoViolations();
    expect(adapter.phone.rings).toBe(1);
    await press('expired.retry');
    await title('polling.title');
    expect(adapter.phone.rings).toBe(2);
  });

  test('timed out: goes on with the same request', async () => {
    const adapter = await wait({}, { approvalTimeout: 60 });
    await pass(61);
    await title('timedOut.title');
    await expectNoViolations();
    await press('timedOut.keepWaiting');
    await title('polling.title');
    expect(adapter.phone.rings).toBe(1);
  });

  test('a wrong code, then the right one, beside the push', async () => {
    const adapter = await wait();
    await press('action.useCode');
    await expect.element(codeField()).toHaveFocus();
    await seen(en['totpEntry.pushOpen']);
    const said = listen();
    const wrong = `${en['totpEntry.wrong']} ${en['totpEntry.attemptsLeft'](2)}`;
    await userEvent.keyboard('000000{Enter}');
    await expect.element(codeField()).toHaveAccessibleDescription(expect.stringContaining(wrong));
    await expect.element(codeField()).toHaveValue('');
    await expect.element(codeField()).toHaveFocus();
    expect(said.join()).toContain(wrong);
    await expectNoViolations();
    await userEvent.keyboard('123456');
    await press('totpEntry.submit');
    await title('approved.title');
    expect(adapter.phone.rings).toBe(1);
  });

  test('locked out: says until when, and takes codes again after it', async () => {
    await mount({ totp: { attempts: 1, lockout: 60 } });
    await press('action.useCode');
    await expect.element(codeField()).toHaveFocus();
    await userEvent.keyboard('000000{Enter}');
    await title('lockedOut.title');
    await seen(en['lockedOut.retryIn'](60));
    await focusOnTitle();
    await expectNoViolations();
    await pass(61);
    await title('totpEntry.title');
  });

  test('cancel says what may still be on the phone', async () => {
    const adapter = await wait();
    await press('action.cancel');
    await title('idle.title');
    await seen(en['idle.after.cancel']);
    expect(adapter.phone.requests).toEqual([]);
    await expectNoViolations();
  });

  test('a resend waits for its cooldown, and the old request still counts', async () => {
    const adapter = await wait();
    await expect
      .poll(() => {
        const waiting = page.getByRole('button', { disabled: true }).elements();
        return waiting.map((each) => each.getAttribute('aria-description') ?? each.textContent);
      })
      .toEqual([en['polling.resendIn'](30)]);
    const [first] = adapter.phone.requests;
    await pass(31);
    await seen(new RegExp(en['lateHint.title'].replace('?', '\\?')));
    await press('polling.resend');
    await title('polling.title');
    expect(adapter.phone.rings).toBe(2);
    adapter.phone.approve(first?.id);
    await pass(2);
    await title('approved.title');
  });

  test.each(['unavailable', 'unknownUser', 'misconfigured'] as const)(
    'failed with %s: says why, and a way on',
    async (code) => {
      await mount({ faults: { initiate: code } });
      await press('idle.start');
      await expect.poll(buttons).toContain(en['action.back']);
      await expectNoViolations();
      await press('action.back');
      await title('idle.title');
    },
  );

  test('a lost connection is shown and said, and so is its return', async () => {
    await wait();
    const said = listen();
    world.change({ online: false });
    await seen(en['polling.offline']);
    world.change({ online: true });
    await pass(3);
    await expect.poll(() => said.at(-1)).toBe(en['polling.reconnected']);
    expect(said).toContain(en['polling.offline']);
  });

  test('finishing, until the app has taken the session', async () => {
    let finish = () => {};
    const onApproved = () => new Promise<void>((resolve) => (finish = resolve));
    await wait({ phone: 'approve', after: 1 }, { onApproved });
    const said = listen();
    await pass(3);
    await title('approved.finishingTitle');
    await seen(en['approved.finishingText']);
    finish();
    await title('approved.title');
    expect(said.at(-1)).toContain(en['approved.title']);
  });

  test('keyboard alone: in, a code, back to the push, out and in again', async () => {
    const adapter = await mount();
    await tabTo('idle.start');
    await title('polling.title');
    await focusOnTitle();
    await tabTo('action.useCode');
    await expect.element(codeField()).toHaveFocus();
    await tabTo('action.backToPush');
    await title('polling.title');
    await focusOnTitle();
    await tabTo('action.cancel');
    await title('idle.title');
    await tabTo('idle.start');
    await title('polling.title');
    adapter.phone.approve();
    await pass(2);
    await title('approved.title');
    await focusOnTitle();
  });

  test('each change is said once; 30 s before the end is, and no second', async () => {
    await mount({ displayCode: '4711' });
    const said = listen();
    await press('idle.start');
    await title('polling.title');
    const code = en['polling.displayCodeSpoken']('4 7 1 1');
    await expect.poll(() => said.at(-1)?.endsWith(code)).toBe(true);
    expect(said.filter((text) => text.includes(code))).toHaveLength(1);
    await pass(26);
    const before = said.length;
    for (let second = 0; second < 75; second += 1) await pass(1);
    await expect.poll(() => said.slice(before)).toEqual([en['polling.timeLeftSpoken'](30)]);
  });

  test('what the phone does takes no focus from a field beside the login', async () => {
    const adapter = await wait();
    await page.getByLabelText('Search').click();
    const said = listen();
    adapter.phone.deny();
    await pass(2);
    await title('denied.title');
    await expect.element(page.getByLabelText('Search')).toHaveFocus();
    expect(said).toEqual([en['spoken.join']([en['denied.title'], en['denied.text']])]);
  });

  test('mounting takes no focus and says nothing', async () => {
    await mount({}, { loginHint: undefined });
    expect(document.activeElement).toBe(document.body);
    for (const region of document.querySelectorAll('[role="status"]')) expect(region).toBeEmptyDOMElement();
  });

  test('no style attribute; hostile names are text', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    await wait({ deliveredTo: hostile, displayCode: '<b>1</b>' }, { transaction: { title: hostile } });
    expect(document.querySelectorAll('[style]')).toHaveLength(0);
    expect(document.querySelector('img, b')).toBeNull();
  });
});

describe.each(UIS.slice(1))('%s alone', (_name, Login) => {
  test.each([
    ['ltr', 320],
    ['rtl', 320],
    ['ltr', 1280],
  ])('fits a page %s and %i px wide, with targets of 24 px and more', async (direction, width) => {
    document.documentElement.dir = direction;
    await page.viewport(width, 640);
    try {
      const adapter = createMemoryAdapter({
        deliveredTo: 'Pixel 9'.repeat(8),
        displayCode: '83KM72QXP4AB',
        clock: world.environment.clock,
      });
      await render(
        <CibaProvider environment={world.environment}>
          <Login adapter={adapter} loginHint={`${'ada.lovelace.'.repeat(14)}ada@example.com`} />
        </CibaProvider>,
      );
      for (const [act, heading] of [
        ['idle.start', 'polling.title'],
        ['action.useCode', 'totpEntry.title'],
      ] as const) {
        await press(act);
        await title(heading);
        expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
        for (const element of document.querySelectorAll('button')) {
          expect(element.getBoundingClientRect().height).toBeGreaterThanOrEqual(24);
        }
      }
    } finally {
      document.documentElement.removeAttribute('dir');
      await page.viewport(414, 896);
    }
  });
});
