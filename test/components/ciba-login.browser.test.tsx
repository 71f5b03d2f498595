import { createRef, useState } from 'react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-react';
import axe from 'axe-core';
import { Login, CibaLogin, useCibaLogin } from 'react-ciba';
import type { CibaLoginProps } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';
import { allowConsole } from '../setup/console.js';
import '../../src/styles/index.css';

afterEach(cleanup);

type Options = MemoryAdapterOptions<MemorySession>;

/** A login for ada@example.com on a backend that answers at once. */
async function mount(backend: Options = {}, props: Partial<CibaLoginProps<MemorySession>> = {}, beside?: ReactNode) {
  const adapter = createMemoryAdapter({ interval: 0.05, ...backend });
  await render(
    <>
      <CibaLogin adapter={adapter} loginHint="ada@example.com" {...props} />
      {beside}
    </>,
  );
  return adapter;
}

const root = () => document.querySelector('[data-scope="ciba-login"][data-part="root"]') as HTMLElement;
const region = () => document.querySelector('[data-part="announcer"]') as HTMLElement;
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const buttons = () => Array.from(root().querySelectorAll('button'), (button) => button.textContent);
const reaches = (status: string) => expect.poll(() => root().dataset['state'], { timeout: 5000 }).toBe(status);
const codeField = () => page.getByRole('textbox', { name: en['totpEntry.label'](6) });
const focusedPart = () => (document.activeElement as HTMLElement).dataset['part'];

/** Everything the live region says from now on. */
function listen(): string[] {
  const said: string[] = [];
  const observer = new MutationObserver(() => said.push(region().textContent));
  observer.observe(region(), { childList: true, characterData: true, subtree: true });
  return said;
}

async function expectNoViolations() {
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
}

describe('signing in', () => {
  test('by approving: who, waiting, approved, the session handed over once', async () => {
    const onApproved = vi.fn();
    const adapter = await mount({ deliveredTo: 'Pixel 9' }, { loginHint: undefined, onApproved });
    await page.getByLabelText(en['identifier.email']).fill('  ada@example.com ');
    await userEvent.keyboard('{Enter}');
    await reaches('polling');
    expect(adapter.phone.requests.map(({ loginHint }) => loginHint)).toEqual(['ada@example.com']);
    await expect.element(page.getByText('Pixel 9')).toBeVisible();
    await expect.element(page.getByRole('progressbar', { name: en['polling.timeLeftLabel'] })).toBeVisible();
    adapter.phone.approve();
    await reaches('approved');
    expect(onApproved).toHaveBeenCalledExactlyOnceWith({ name: 'ada@example.com' });
    expect(buttons()).toEqual([]);
    await expectNoViolations();
  });

  test('rings nobody before the user acts, and with a known user asks nothing', async () => {
    const adapter = await mount();
    expect(page.getByRole('textbox').elements()).toEqual([]);
    expect(adapter.calls).toEqual([]);
    await press(en['idle.start']);
    await reaches('polling');
    expect(adapter.phone.rings).toBe(1);
  });

  test('by a code beside the push, after a wrong one', async () => {
    const onApproved = vi.fn();
    const adapter = await mount({}, { onApproved });
    await press(en['idle.start']);
    await reaches('polling');
    await press(en['action.useCode']);
    await expect.element(codeField()).toHaveFocus();
    await expect.element(page.getByText(en['totpEntry.pushOpen'])).toBeVisible();

    await userEvent.keyboard('000000{Enter}');
    await expect
      .element(codeField())
      .toHaveAccessibleDescription(expect.stringContaining(en['totpEntry.attemptsLeft'](2)));
    await expect.element(codeField()).toHaveValue('');
    await expect.element(codeField()).toHaveFocus();
    await expect.element(codeField()).toHaveAttribute('aria-invalid', 'true');
    expect(region()).toHaveTextContent(en['totpEntry.attemptsLeft'](2));
    expect(adapter.calls.filter(({ method }) => method === 'verifyTotp')).toHaveLength(1);
    await expectNoViolations();

    await userEvent.keyboard('123456');
    await press(en['totpEntry.submit']);
    await reaches('approved');
    expect(onApproved).toHaveBeenCalledTimes(1);
  });

  test('renders the host app not once while it waits', async () => {
    const adapter = createMemoryAdapter({ interval: 0.05 });
    let renders = 0;
    function Host() {
      renders += 1;
      return <CibaLogin adapter={adapter} loginHint="ada@example.com" />;
    }
    await render(<Host />);
    await press(en['idle.start']);
    await reaches('polling');
    const polls = () => adapter.calls.filter(({ method }) => method === 'poll').length;
    await expect.poll(polls, { timeout: 15_000 }).toBeGreaterThan(2);
    expect(renders).toBe(1);
  });
});

describe('mistakes', () => {
  test.each(['ada', 'ada@', '', 'ada lovelace@example.com'])('an address that is none: %o', async (typed) => {
    const adapter = await mount({}, { loginHint: undefined });
    const field = page.getByLabelText(en['identifier.email']);
    await field.fill(typed);
    await press(en['idle.start']);
    await expect.element(field).toHaveAccessibleDescription(en['identifier.emailInvalid']);
    await expect.element(field).toHaveFocus();
    await expect.element(field).toHaveAttribute('aria-invalid', 'true');
    expect(region()).toHaveTextContent(en['identifier.emailInvalid']);
    await press(en['action.useCode']);
    expect(root().dataset['state']).toBe('idle');
    expect(adapter.calls).toEqual([]);
    await expectNoViolations();
  });

  test.each([
    ['username', en['identifier.username'], ' ', en['identifier.usernameInvalid']],
    ['phone', en['identifier.phone'], 'abc', en['identifier.phoneInvalid']],
  ] as const)('a %s that is none', async (identifier, label, typed, error) => {
    await mount({}, { loginHint: undefined, identifier });
    await page.getByLabelText(label).fill(typed);
    await press(en['idle.start']);
    await expect.element(page.getByLabelText(label)).toHaveAccessibleDescription(error);
  });

  test('six letters, no code and half a code each get an answer and cost nothing', async () => {
    const adapter = await mount();
    await press(en['action.useCode']);
    await codeField().click();
    await userEvent.keyboard('abcdef');
    await expect.element(codeField()).toHaveAccessibleDescription(expect.stringContaining(en['totpEntry.digitsOnly']));
    await press(en['totpEntry.submit']);
    await expect
      .element(codeField())
      .toHaveAccessibleDescription(expect.stringContaining(en['totpEntry.incomplete'](6)));
    await userEvent.keyboard('123{Enter}');
    await expect
      .element(codeField())
      .toHaveAccessibleDescription(expect.stringContaining(en['totpEntry.incomplete'](6)));
    await expect.element(codeField()).toHaveValue('123');
    expect(region()).toHaveTextContent(en['totpEntry.incomplete'](6));
    expect(adapter.calls).toEqual([]);
  });

  test('a fault while a code is checked keeps the code and says that it cost nothing', async () => {
    await mount({ faults: { verifyTotp: 'unavailable' } });
    await press(en['action.useCode']);
    await codeField().click();
    await userEvent.keyboard('123456{Enter}');
    await expect.element(codeField()).toHaveAccessibleDescription(expect.stringContaining(en['totpEntry.fault']));
    await expect.element(codeField()).toHaveValue('123456');
  });

  test('an onApproved that throws', async () => {
    allowConsole(/refuses|onApproved/);
    await mount({ phone: 'approve', after: 0 }, { onApproved: () => Promise.reject(new Error('The app refuses')) });
    await press(en['idle.start']);
    await reaches('failed');
    await expect.element(page.getByRole('heading', { name: en['error.sessionRefused.title'] })).toBeVisible();
  });
});

describe('every end has a way on', () => {
  test('denied: a new request, a report, a code, back', async () => {
    const onReported = vi.fn();
    await mount({ phone: 'deny', after: 0 }, { onReported, alternatives: <a href="#password">Use a password</a> });
    await press(en['idle.start']);
    await reaches('denied');
    expect(buttons()).toEqual([en['denied.retry'], en['denied.report'], en['action.useCode'], en['action.back']]);
    await expect.element(page.getByRole('link', { name: 'Use a password' })).toBeVisible();
    await expectNoViolations();
    await press(en['denied.report']);
    expect(onReported).toHaveBeenCalledTimes(1);
    expect(region()).toHaveTextContent(en['denied.reported']);
    expect(buttons()).not.toContain(en['denied.report']);
  });

  test('expired: a new request goes out when it is asked for', async () => {
    const adapter = await mount({ expiresIn: 1 });
    await press(en['idle.start']);
    await reaches('expired');
    expect(adapter.phone.rings).toBe(1);
    await press(en['expired.retry']);
    await reaches('polling');
    expect(adapter.phone.rings).toBe(2);
  });

  test('timed out: goes on with the same request', async () => {
    const adapter = await mount({}, { approvalTimeout: 0.5 });
    await press(en['idle.start']);
    await reaches('timedOut');
    await press(en['timedOut.keepWaiting']);
    await reaches('polling');
    expect(adapter.phone.rings).toBe(1);
  });

  test('locked out: says for how long', async () => {
    await mount({ totp: { attempts: 1, lockout: 60 } });
    await press(en['action.useCode']);
    await codeField().click();
    await userEvent.keyboard('000000{Enter}');
    await reaches('lockedOut');
    await expect.element(page.getByText(/You can enter a code again in (1 minute|\d+.seconds)\./)).toBeVisible();
    expect(focusedPart()).toBe('title');
    await expectNoViolations();
  });

  test('cancelled: says what may still be on the phone', async () => {
    const onCancelled = vi.fn();
    await mount({}, { onCancelled });
    await press(en['idle.start']);
    await reaches('polling');
    await press(en['action.cancel']);
    await reaches('idle');
    expect(onCancelled).toHaveBeenCalledTimes(1);
    expect(root().querySelector('[data-part="text"]')).toHaveTextContent(en['idle.after.cancel']);
  });

  test('a backend without codes gets no button for them', async () => {
    await mount({ totp: false, phone: 'deny', after: 0 });
    expect(buttons()).toEqual([en['idle.start']]);
    await press(en['idle.start']);
    await reaches('denied');
    expect(buttons()).not.toContain(en['action.useCode']);
  });

  test('resend waits for its cooldown', async () => {
    await mount();
    await press(en['idle.start']);
    await reaches('polling');
    const resend = page.getByRole('button', { name: en['polling.resend'], exact: true });
    await expect.element(resend).toBeDisabled();
    await expect.element(resend).toHaveAccessibleDescription(/^New request in 0:\d\d$/);
  });
});

describe('focus and announcements', () => {
  test('the user’s act moves the focus to the new screen; each change is said once', async () => {
    await mount({ displayCode: '4711' });
    const said = listen();
    await press(en['idle.start']);
    await reaches('polling');
    expect(focusedPart()).toBe('title');
    await expect.poll(() => said.at(-1)).toMatch(/Number to match: 4 7 1 1\.$/);
    expect(said.filter((text) => text.includes('Number to match:'))).toHaveLength(1);
  });

  test('the machine’s own change is said and takes no focus from a field beside the login', async () => {
    const adapter = await mount({}, {}, <input aria-label="Search" />);
    await press(en['idle.start']);
    await reaches('polling');
    await page.getByLabelText('Search').click();
    const said = listen();
    adapter.phone.deny();
    await reaches('denied');
    await expect.element(page.getByLabelText('Search')).toHaveFocus();
    expect(said).toEqual([en['spoken.join']([en['denied.title'], en['denied.text']])]);
  });

  test('a focus whose element went with the old screen is caught by the new title', async () => {
    const adapter = await mount();
    await press(en['idle.start']);
    await reaches('polling');
    (page.getByRole('button', { name: en['action.cancel'] }).element() as HTMLElement).focus();
    adapter.phone.deny();
    await reaches('denied');
    expect(focusedPart()).toBe('title');
  });

  test('mounting takes no focus and says nothing', async () => {
    await mount({}, { loginHint: undefined });
    expect(document.activeElement).toBe(document.body);
    expect(region()).toBeEmptyDOMElement();
  });
});

describe('the page around it', () => {
  test('no style attribute, no style element of ours, targets of 24 px and more', async () => {
    await mount({ displayCode: '4711' });
    await press(en['idle.start']);
    await reaches('polling');
    expect(document.querySelectorAll('[data-scope][style], [data-scope] [style]')).toHaveLength(0);
    for (const button of root().querySelectorAll('button')) {
      expect(button.getBoundingClientRect().height).toBeGreaterThanOrEqual(24);
    }
  });

  test('hostile names are shown as text', async () => {
    const markup = '<img src=x onerror=alert(1)>';
    const hostile = `${markup}\u202Egnp.exe`;
    await mount({ deliveredTo: hostile, displayCode: '<b>1</b>' }, { transaction: { title: hostile } });
    await press(en['idle.start']);
    await reaches('polling');
    expect(root().querySelector('img, b')).toBeNull();
    expect(Array.from(root().querySelectorAll('bdi[translate="no"]'), (name) => name.textContent)).toEqual([
      `${markup}gnp.exe`,
      'ada@example.com',
      `${markup}gnp.exe`,
      '<b>1</b>',
    ]);
  });

  test('messages, class name and ref reach their places', async () => {
    const ref = createRef<HTMLDivElement>();
    const adapter = createMemoryAdapter();
    await render(<CibaLogin ref={ref} className="card" adapter={adapter} messages={{ 'idle.title': 'Welcome' }} />);
    expect(ref.current).toBe(root());
    expect(root()).toHaveClass('card');
    await expect.element(page.getByRole('heading', { name: 'Welcome' })).toBeVisible();
  });

  test('parts make a screen of the app’s own, on a hook that lives outside', async () => {
    const adapter = createMemoryAdapter();
    function Own() {
      const login = useCibaLogin({ adapter, loginHint: 'ada@example.com' });
      const [clicks, setClicks] = useState(0);
      return (
        <Login.Root login={login} asChild>
          <section>
            <Login.Title asChild>
              <h1 className="big">Hello {clicks}</h1>
            </Login.Title>
            <Login.Button onClick={() => setClicks(clicks + 1)}>Count</Login.Button>
          </section>
        </Login.Root>
      );
    }
    await render(<Own />);
    expect(root().tagName).toBe('SECTION');
    await press('Count');
    const title = page.getByRole('heading', { level: 1, name: 'Hello 1' }).element() as HTMLElement;
    expect(title.className).toBe('big');
    expect(title.dataset).toMatchObject({ scope: 'ciba-login', part: 'title', state: 'idle' });
  });
});
