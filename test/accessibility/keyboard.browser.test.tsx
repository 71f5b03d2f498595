import { StrictMode, useState } from 'react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-react';
import { CibaLogin, CibaLoginDialog } from 'react-ciba';
import type { CibaAdapter, CibaLoginProps } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { root } from './login-stories.js';

afterEach(cleanup);

const key = (keys: string) => userEvent.keyboard(keys);
const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const codeField = () => page.getByRole('textbox', { name: en['totpEntry.label'](6) });
const emailField = () => page.getByRole('textbox', { name: en['identifier.email'] });
const reaches = (status: string) => expect.poll(() => root().dataset['state']).toBe(status);

/** A login in a page with a link before it and a field after it. No test here touches the mouse. */
async function open(
  backend: MemoryAdapterOptions<MemorySession> = {},
  props: Partial<CibaLoginProps<MemorySession>> = {},
  beside: ReactNode = <input aria-label="Search" />,
) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, ...backend });
  const onApproved = vi.fn();
  await render(
    <>
      <a href="#home">Home</a>
      <CibaLogin adapter={adapter} environment={world.environment} onApproved={onApproved} {...props} />
      {beside}
    </>,
  );
  return { adapter, onApproved, pass: (seconds: number) => world.advance(seconds * 1000), change: world.change };
}

/** The names of everything that Tab stops at inside the login, from where the focus is to the field after it. */
async function stops(): Promise<string[]> {
  const names: string[] = [];
  for (let presses = 0; presses < 20; presses += 1) {
    await key('{Tab}');
    const { activeElement } = document;
    if (!root().contains(activeElement)) break;
    names.push(activeElement?.textContent || (activeElement as HTMLInputElement).labels?.[0]?.textContent || '');
  }
  return names;
}

async function tabTo(name: string): Promise<void> {
  for (let presses = 0; presses < 20; presses += 1) {
    if (document.activeElement?.textContent === name) return;
    await key('{Tab}');
  }
  throw new Error(`Tab does not come to "${name}".`);
}

/** From the top of the page to the waiting screen. */
async function signIn() {
  (page.getByRole('link', { name: 'Home' }).element() as HTMLElement).focus();
  await key('{Tab}');
  await expect.element(emailField()).toHaveFocus();
  await key('ada@example.com{Enter}');
  await reaches('polling');
}

describe('by the keyboard alone', () => {
  test('in by an approval on the phone', async () => {
    const { adapter, onApproved, pass } = await open({ displayCode: '4711' });
    await signIn();
    await expect.element(heading(en['polling.title'])).toHaveFocus();
    adapter.phone.approve();
    await pass(5);
    await reaches('approved');
    await expect.element(heading(en['approved.title'])).toHaveFocus();
    expect(onApproved).toHaveBeenCalledTimes(1);
  });

  test('in by a code, after a wrong one', async () => {
    const { onApproved } = await open();
    await signIn();
    await tabTo(en['action.useCode']);
    await key('{Enter}');
    await expect.element(codeField()).toHaveFocus();
    await key('000000{Enter}');
    await expect.element(codeField()).toHaveAccessibleDescription(/didn’t work/);
    await expect.element(codeField()).toHaveFocus();
    await key('123456');
    await tabTo(en['totpEntry.submit']);
    await key(' ');
    await reaches('approved');
    await expect.element(heading(en['approved.title'])).toHaveFocus();
    expect(onApproved).toHaveBeenCalledTimes(1);
  });

  test('in by a code from the start', async () => {
    await open({}, { loginHint: 'ada@example.com' });
    await tabTo(en['action.useCode']);
    await key('{Enter}');
    await expect.element(codeField()).toHaveFocus();
    expect(await stops()).toEqual([en['totpEntry.submit'], en['action.pushInstead'], en['action.cancel']]);
  });

  test('denied: says that it was somebody else, and is not asked to try again', async () => {
    const onReported = vi.fn();
    const { adapter, pass } = await open({}, { onReported });
    await signIn();
    adapter.phone.deny();
    await pass(5);
    await expect.element(heading(en['denied.title'])).toHaveFocus();
    await tabTo(en['denied.report']);
    await key(' ');
    await expect.element(button(en['denied.report'])).not.toBeInTheDocument();
    expect(onReported).toHaveBeenCalledTimes(1);
    // The button that had the focus has gone. A new request would ring a phone that somebody else may hold.
    await expect.element(heading(en['denied.reportedTitle'])).toHaveFocus();
    expect(await stops()).toEqual([en['action.useCode'], en['action.back']]);
    expect(adapter.phone.rings).toBe(1);
  });

  test('timed out: goes on waiting', async () => {
    const { adapter, pass } = await open({ expiresIn: 600 }, { approvalTimeout: 60 });
    await signIn();
    await pass(61);
    await expect.element(heading(en['timedOut.title'])).toHaveFocus();
    await key('{Tab}');
    await expect.element(button(en['timedOut.keepWaiting'])).toHaveFocus();
    await key('{Enter}');
    await reaches('polling');
    await expect.element(heading(en['polling.title'])).toHaveFocus();
    expect(adapter.phone.rings).toBe(1);
  });

  test('expired: sends a new request', async () => {
    const { adapter, pass } = await open();
    await signIn();
    await pass(125);
    await expect.element(heading(en['expired.title'])).toHaveFocus();
    await key('{Tab}{Enter}');
    await reaches('polling');
    expect(adapter.phone.rings).toBe(2);
  });

  test('sends again once the cooldown is over; until then Tab passes by', async () => {
    const { adapter, pass } = await open();
    await signIn();
    expect(await stops()).toEqual([en['action.useCode'], en['action.cancel'], en['lateHint.title']]);
    await pass(31);
    await key('{Shift>}{Tab}{/Shift}');
    await key('{Shift>}{Tab}{/Shift}');
    await key('{Shift>}{Tab}{/Shift}');
    await expect.element(button(en['polling.resend'])).toHaveFocus();
    await key('{Enter}');
    await reaches('polling');
    await expect.element(heading(en['polling.title'])).toHaveFocus();
    expect(adapter.phone.rings).toBe(2);
  });

  test('cancels, and stands in the field again', async () => {
    const onCancelled = vi.fn();
    await open({}, { onCancelled });
    await signIn();
    await tabTo(en['action.cancel']);
    await key('{Enter}');
    await reaches('idle');
    expect(onCancelled).toHaveBeenCalledTimes(1);
    await expect.element(emailField()).toHaveFocus();
    await expect.element(emailField()).toHaveValue('ada@example.com');
  });

  test('locked out: back to the phone', async () => {
    const { adapter } = await open({ totp: { attempts: 1, lockout: 60 } });
    await signIn();
    await tabTo(en['action.useCode']);
    await key('{Enter}');
    await expect.element(codeField()).toHaveFocus();
    await key('000000{Enter}');
    await reaches('lockedOut');
    await expect.element(heading(en['lockedOut.title'])).toHaveFocus();
    await tabTo(en['action.backToPush']);
    await key('{Enter}');
    await expect.element(heading(en['polling.title'])).toHaveFocus();
    expect(adapter.phone.rings).toBe(1);
  });

  test('an address that is none: back in the field, which says what is wrong', async () => {
    await open();
    await tabTo(en['idle.start']);
    await key('{Enter}');
    await expect.element(emailField()).toHaveFocus();
    await expect.element(emailField()).toHaveAccessibleDescription(en['identifier.emailInvalid']);
  });
});

describe('no trap, and an order that makes sense', () => {
  test('Tab goes through the login and out of it, forwards and backwards', async () => {
    await open({}, { alternatives: <a href="#password">Use a password</a> });
    (page.getByRole('link', { name: 'Home' }).element() as HTMLElement).focus();
    expect(await stops()).toEqual([en['identifier.email'], en['idle.start'], en['action.useCode'], 'Use a password']);
    await expect.element(page.getByLabelText('Search')).toHaveFocus();
    for (let presses = 0; presses < 5; presses += 1) await key('{Shift>}{Tab}{/Shift}');
    await expect.element(page.getByRole('link', { name: 'Home' })).toHaveFocus();
  });

  test('the code field is one stop, which Tab leaves', async () => {
    await open({}, { loginHint: 'ada@example.com' });
    await tabTo(en['action.useCode']);
    await key('{Enter}');
    await key('123{Tab}');
    await expect.element(button(en['totpEntry.submit'])).toHaveFocus();
    await key('{Shift>}{Tab}{/Shift}');
    await expect.element(codeField()).toHaveFocus();
  });
});

describe('in a dialog', () => {
  function Page({ adapter, onOpenChange }: { adapter: CibaAdapter; onOpenChange?: (open: boolean) => void }) {
    const [open, setOpen] = useState(false);
    const change = (next: boolean) => {
      onOpenChange?.(next);
      setOpen(next);
    };
    return (
      <StrictMode>
        <button onClick={() => setOpen(true)}>Open</button>
        <CibaLoginDialog open={open} onOpenChange={change} adapter={adapter} />
      </StrictMode>
    );
  }

  test('one press of Close is told once', async () => {
    const onOpenChange = vi.fn();
    await render(<Page adapter={createMemoryAdapter()} onOpenChange={onOpenChange} />);
    await button('Open').click();
    await button(en['action.close']).click();
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    await button('Open').click();
    await key('{Escape}');
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    expect(onOpenChange.mock.calls).toEqual([[false], [false]]);
  });

  test('the focus goes in, stays in, and comes back', async () => {
    await render(<Page adapter={createMemoryAdapter()} />);
    await key('{Tab}');
    await expect.element(button('Open')).toHaveFocus();
    await key('{Enter}');
    await expect.element(page.getByRole('dialog', { name: 'Sign in' })).toBeVisible();
    await expect.element(emailField()).toHaveFocus();
    const reached = new Set<Element | null>();
    for (let presses = 0; presses < 10; presses += 1) {
      await key('{Tab}');
      reached.add(document.activeElement);
    }
    expect(reached).toContain(button(en['action.close']).element());
    expect(reached).not.toContain(button('Open').element());
    await key('{Escape}');
    await expect.element(button('Open')).toHaveFocus();
  });

  test('the screens after the first keep the focus inside', async () => {
    await render(<Page adapter={createMemoryAdapter()} />);
    await tabTo('Open');
    await key('{Enter}');
    await expect.element(emailField()).toHaveFocus();
    await key('ada@example.com{Enter}');
    await expect.element(heading(en['polling.title'])).toHaveFocus();
    await tabTo(en['action.cancel']);
    await key('{Enter}');
    await expect.element(emailField()).toHaveFocus();
  });
});

describe('what happens by itself', () => {
  const ends = [
    { name: 'denied', end: ({ adapter }: Opened) => adapter.phone.deny(), seconds: 5 },
    { name: 'approved', end: ({ adapter }: Opened) => adapter.phone.approve(), seconds: 5 },
    { name: 'expired', end: () => undefined, seconds: 125 },
    { name: 'timedOut', end: () => undefined, seconds: 61, props: { approvalTimeout: 60 } },
  ] as const;

  test.each(ends)('takes no focus from elsewhere in the page: $name', async ({ name, end, seconds, ...rest }) => {
    const opened = await open({}, 'props' in rest ? rest.props : {});
    await signIn();
    await stops();
    await expect.element(page.getByLabelText('Search')).toHaveFocus();
    end(opened);
    await opened.pass(seconds);
    await reaches(name);
    await expect.element(page.getByLabelText('Search')).toHaveFocus();
  });

  test.each(ends)('catches a focus whose button has gone: $name', async ({ name, end, seconds, ...rest }) => {
    const opened = await open({}, 'props' in rest ? rest.props : {});
    await signIn();
    await tabTo(en['action.cancel']);
    end(opened);
    await opened.pass(seconds);
    await reaches(name);
    await expect.element(page.elementLocator(root()).getByRole('heading')).toHaveFocus();
  });

  test('leaves a code that is being typed, whatever the line and the push do', async () => {
    const { adapter, pass, change } = await open({ faults: {} });
    await signIn();
    await tabTo(en['action.useCode']);
    await key('{Enter}');
    await key('123');
    adapter.faults = { poll: 'network' };
    await pass(10);
    change({ online: false });
    change({ online: true });
    adapter.faults = {};
    await pass(120);
    await reaches('totpEntry');
    await expect.element(codeField()).toHaveFocus();
    await expect.element(codeField()).toHaveValue('123');
  });

  test('gives the focus to the field when a lock is over, unless it is elsewhere', async () => {
    const { pass } = await open({ totp: { attempts: 1, lockout: 30 } }, { loginHint: 'ada@example.com' });
    await tabTo(en['action.useCode']);
    await key('{Enter}');
    await expect.element(codeField()).toHaveFocus();
    await key('000000{Enter}');
    await expect.element(heading(en['lockedOut.title'])).toHaveFocus();
    await pass(31);
    await expect.element(codeField()).toHaveFocus();
  });

  test('a page that just loaded keeps its focus', async () => {
    await open();
    expect(document.activeElement).toBe(document.body);
  });
});

type Opened = Awaited<ReturnType<typeof open>>;
