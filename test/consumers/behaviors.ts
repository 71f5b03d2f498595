import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { MemoryAdapterOptions } from '../../src/adapters/memory/index.js';
import type { Messages, Transaction } from '../../src/index.js';
import { en } from '../../src/locales/en.js';
import { expect, test } from 'vitest';
import { page } from './user.js';

// The list of test/components/custom-ui.browser.test.tsx for a login in an app that is built and served: what a user sees,
// hears and does. The app's page takes the case from its URL, and the browser's clock is Playwright's.

export interface Case {
  readonly ui: string;
  /** What the phone and the server in the page do. */
  readonly backend?: MemoryAdapterOptions<never>;
  readonly props?: { loginHint?: string; approvalTimeout?: number; transaction?: Transaction };
  /** Keeps `onApproved` from resolving until `finish()` is called in the page. */
  readonly slow?: boolean;
}

const HINT = { loginHint: 'ada@example.com' };
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Text = { [Key in keyof Messages]: Messages[Key] extends string ? Key : never }[keyof Messages];

/** Opens the page of a case, under a clock that the test moves on. */
export async function open(origin: string, given: Case): Promise<void> {
  await page.clock.install();
  await page.goto(`${origin}/?case=${encodeURIComponent(JSON.stringify(given))}`);
  // The page says so when React has taken over what a server rendered.
  await page.waitForFunction('window.adapter');
}

export const press = (key: Text) => page.getByRole('button', { name: en[key], exact: true }).click();
export const title = (key: Text) => page.getByRole('heading', { name: en[key] }).waitFor();
export const seen = (text: string | RegExp) => page.getByText(text).first().waitFor();
export const pass = (seconds: number) => page.clock.runFor(seconds * 1000);
const buttons = () => page.getByRole('button').allTextContents();
const codeField = () => page.getByRole('textbox', { name: en['totpEntry.label'](6) });
const search = () => page.getByLabel('Search');

/** What the page keeps for the test: the adapter in it, and what it was told. */
const inPage = <T>(code: string) => page.evaluate<T>(code);
const phone = (answer: 'approve' | 'deny', id?: string) => inPage(`adapter.phone.${answer}(${JSON.stringify(id)})`);
const rings = () => inPage<number>('adapter.phone.rings');

const focused = (code: string) => expect.poll(() => inPage<boolean>(`document.activeElement?.${code}`)).toBe(true);
const focusOnTitle = () => focused("matches('h1, h2')");
const focusOnCode = () => focused('matches(\'[data-scope="totp-input"] input\')');
/** What describes the focused field. */
const description = () =>
  inPage<string>(
    `(document.activeElement.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent).join(' ')`,
  );

/** Everything that any live region says from now on is in `said`. */
const listen = () =>
  inPage(`window.said = [];
    for (const region of document.querySelectorAll('[role="status"]'))
      new MutationObserver(() => said.push(region.textContent))
        .observe(region, { childList: true, characterData: true, subtree: true });`);
const said = () => inPage<string[]>('said');
const lastSaid = async () => (await said()).at(-1);

/** The texts for a number of seconds and for a few less, because the clock goes on between a press and a look. */
const about = (seconds: number, text: (left: number) => string) =>
  Array.from({ length: 15 }, (_, passed) => text(seconds - passed));
const timeLeft = (seconds: number) =>
  expect
    .poll(() => page.getByRole('progressbar').getAttribute('aria-valuetext'))
    .toBeOneOf(about(seconds, en['polling.timeLeftValue']));

export async function expectNoViolations(): Promise<void> {
  await page.addScriptTag({ content: axe });
  const run = `axe.run(document.body, { rules: { region: { enabled: false } } })
    .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]))`;
  expect(await inPage<unknown[]>(run)).toEqual([]);
}

/** Presses Tab until the focus is on the button of this name, as a user without a mouse does, then Enter. */
async function tabTo(key: Text): Promise<void> {
  const there = () =>
    inPage<boolean>(
      `document.activeElement?.matches('button') && document.activeElement.textContent === ${JSON.stringify(en[key])}`,
    );
  for (let step = 0; step < 12 && !(await there()); step += 1) await page.keyboard.press('Tab');
  expect(await there()).toBe(true);
  await page.keyboard.press('Enter');
}

/** Registers the tests for one login of the page. Their names are those of the list. */
export function describeLogin(origin: () => string, ui: string): void {
  const mount = (given: Omit<Case, 'ui'> = {}) => open(origin(), { ui, props: HINT, ...given });
  async function wait(given: Omit<Case, 'ui'> = {}): Promise<void> {
    await mount(given);
    await press('idle.start');
    await title('polling.title');
  }

  test('an approval signs in: who, what, how long, and the session once', async () => {
    await mount({ backend: { deliveredTo: 'Pixel 9', displayCode: '47' }, props: {} });
    await page.getByLabel(en['identifier.email']).fill('ada@example.com');
    await page.keyboard.press('Enter');
    await title('polling.title');
    for (const text of ['ada@example.com', 'Pixel 9', '47']) await seen(text);
    await timeLeft(120);
    await pass(60);
    await timeLeft(60);
    await expectNoViolations();
    await phone('approve');
    await pass(2);
    await title('approved.title');
    expect(await inPage('approved')).toEqual([{ name: 'ada@example.com' }]);
    expect(await buttons()).toEqual([]);
    await expectNoViolations();
  });

  test('an address that is none is said, and rings nobody', async () => {
    await mount({ props: {} });
    await page.getByLabel(en['identifier.email']).fill('ada');
    await listen();
    await page.keyboard.press('Enter');
    await expect.poll(description).toBe(en['identifier.emailInvalid']);
    await focused("matches('input[type=email]')");
    expect(await said()).toEqual([en['identifier.emailInvalid']]);
    expect(await inPage('adapter.calls')).toEqual([]);
    await expectNoViolations();
  });

  test('denied: it wasn’t me, and no request after it', async () => {
    await wait();
    await phone('deny');
    await pass(2);
    await title('denied.title');
    await pass(60);
    expect(await rings()).toBe(1);
    await expectNoViolations();
    await press('denied.report');
    await seen(en['denied.reported']);
    await focusOnTitle();
    expect(await inPage('reported')).toBe(1);
    const offered = await buttons();
    expect(offered).not.toContain(en['denied.report']);
    expect(offered).not.toContain(en['denied.retry']);
    expect(await rings()).toBe(1);
  });

  test('expired: a new request goes out when it is asked for', async () => {
    await wait();
    await pass(122);
    await title('expired.title');
    await expectNoViolations();
    expect(await rings()).toBe(1);
    await press('expired.retry');
    await title('polling.title');
    expect(await rings()).toBe(2);
  });

  test('timed out: goes on with the same request', async () => {
    await wait({ props: { ...HINT, approvalTimeout: 60 } });
    await pass(61);
    await title('timedOut.title');
    await expectNoViolations();
    await press('timedOut.keepWaiting');
    await title('polling.title');
    expect(await rings()).toBe(1);
  });

  test('a wrong code, then the right one, beside the push', async () => {
    await wait();
    await press('action.useCode');
    await focusOnCode();
    await seen(en['totpEntry.pushOpen']);
    await listen();
    const wrong = `${en['totpEntry.wrong']} ${en['totpEntry.attemptsLeft'](2)}`;
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await expect.poll(description).toContain(wrong);
    expect(await codeField().inputValue()).toBe('');
    await focusOnCode();
    expect((await said()).join()).toContain(wrong);
    await expectNoViolations();
    await page.keyboard.type('123456');
    await press('totpEntry.submit');
    await title('approved.title');
    expect(await rings()).toBe(1);
  });

  test('locked out: says until when, and takes codes again after it', async () => {
    await mount({ backend: { totp: { attempts: 1, lockout: 60 } } });
    await press('action.useCode');
    await focusOnCode();
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await title('lockedOut.title');
    await expect
      .poll(() => page.locator('[data-part=hint]').allTextContents())
      .toContainEqual(expect.toBeOneOf(about(60, en['lockedOut.retryIn'])));
    await focusOnTitle();
    await expectNoViolations();
    await pass(61);
    await title('totpEntry.title');
  });

  test('cancel says what may still be on the phone', async () => {
    await wait();
    await press('action.cancel');
    await title('idle.title');
    await seen(en['idle.after.cancel']);
    expect(await inPage('adapter.phone.requests')).toEqual([]);
    await expectNoViolations();
  });

  test('a resend waits for its cooldown, and the old request still counts', async () => {
    await wait();
    const closed = page.locator('button:disabled');
    const cooldown = await closed.getAttribute('aria-description');
    expect(cooldown).toBeOneOf(about(30, en['polling.resendIn']));
    const first = await inPage<string>('adapter.phone.requests[0].id');
    await pass(31);
    await seen(en['lateHint.title']);
    await press('polling.resend');
    await title('polling.title');
    await expect.poll(rings).toBe(2);
    await phone('approve', first);
    await pass(2);
    await title('approved.title');
  });

  test.each(['unavailable', 'unknownUser', 'misconfigured'] as const)(
    'failed with %s: says why, and a way on',
    async (code) => {
      await mount({ backend: { faults: { initiate: code } } });
      await press('idle.start');
      await expect.poll(buttons).toContain(en['action.back']);
      await expectNoViolations();
      await press('action.back');
      await title('idle.title');
    },
  );

  test('a lost connection is shown and said, and so is its return', async () => {
    await wait();
    await listen();
    await page.context().setOffline(true);
    await seen(en['polling.offline']);
    await page.context().setOffline(false);
    await pass(3);
    await expect.poll(lastSaid).toBe(en['polling.reconnected']);
    expect(await said()).toContain(en['polling.offline']);
  });

  test('finishing, until the app has taken the session', async () => {
    await wait({ backend: { phone: 'approve', after: 5 }, slow: true });
    await listen();
    await pass(7);
    await title('approved.finishingTitle');
    await seen(en['approved.finishingText']);
    await inPage('finish()');
    await title('approved.title');
    expect(await lastSaid()).toContain(en['approved.title']);
  });

  test('keyboard alone: in, a code, back to the push, out and in again', async () => {
    await mount();
    await tabTo('idle.start');
    await title('polling.title');
    await focusOnTitle();
    await tabTo('action.useCode');
    await focusOnCode();
    await tabTo('action.backToPush');
    await title('polling.title');
    await focusOnTitle();
    await tabTo('action.cancel');
    await title('idle.title');
    await tabTo('idle.start');
    await title('polling.title');
    await phone('approve');
    await pass(2);
    await title('approved.title');
    await focusOnTitle();
  });

  test('each change is said once; 30 s before the end is, and no second', async () => {
    await mount({ backend: { displayCode: '4711' } });
    await listen();
    await press('idle.start');
    await title('polling.title');
    const code = en['polling.displayCodeSpoken']('4 7 1 1');
    await expect.poll(async () => (await lastSaid())?.endsWith(code)).toBe(true);
    expect((await said()).filter((text) => text.includes(code))).toHaveLength(1);
    await pass(26);
    const before = (await said()).length;
    for (let second = 0; second < 68; second += 1) await pass(1);
    await expect.poll(async () => (await said()).slice(before)).toEqual([en['polling.timeLeftSpoken'](30)]);
  });

  test('what the phone does takes no focus from a field beside the login', async () => {
    await wait();
    await search().click();
    await listen();
    await phone('deny');
    await pass(2);
    await title('denied.title');
    await focused("matches('[aria-label=Search]')");
    expect(await said()).toEqual([en['spoken.join']([en['denied.title'], en['denied.text']])]);
  });

  test('mounting takes no focus and says nothing', async () => {
    await mount({ props: {} });
    await focused("matches('body')");
    expect(await page.getByRole('status').allTextContents()).toSatisfy((texts: string[]) =>
      texts.every((text) => !text),
    );
  });

  test('no style attribute; hostile names are text', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    await wait({
      backend: { deliveredTo: hostile, displayCode: '<b>1</b>' },
      props: { ...HINT, transaction: { title: hostile } },
    });
    expect(await page.locator('main [style]').count()).toBe(0);
    expect(await page.locator('main :is(img, b)').count()).toBe(0);
  });
}
