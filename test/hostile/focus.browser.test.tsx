import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRoot } from 'react-dom/client';
import { Login } from 'react-ciba';
import { en } from 'react-ciba/locales/en';
import { TotpSetup } from 'react-ciba/totp-setup';
import type { TotpEnrollment } from 'react-ciba/totp-setup';
import { createTestEnrollment } from '../support/totp-enrollment.js';
import { HOSTS, openFrame } from './hosts.js';
import type { Host } from './hosts.js';
import { click, type } from './real-input.js';
import { HINT, openStage } from './stage.js';
import type { Stage } from './stage.js';
import '../../src/styles/index.css';

let stage: Stage | null = null;

afterEach(async () => {
  await stage?.close();
  stage = null;
});

const host = (name: string) => HOSTS.find((one) => one.name === name) as Host;

/** What an app may put above and below a login. */
const slots = {
  logo: <h2 data-part="title">Shop</h2>,
  header: (
    <>
      <Login.Title>Welcome</Login.Title>
      <input aria-label="Search" data-part="input" />
      <Login.Input aria-label="Coupon" />
    </>
  ),
  help: <a href="#help">Help</a>,
  footer: <input type="checkbox" aria-label="Remember me" />,
  alternatives: <Login.Title>Or</Login.Title>,
};

/** The deepest element that has the focus, by its part and its text or label. */
function focused({ tree }: Stage): string | undefined {
  const element = tree.activeElement as HTMLElement | null;
  return element?.matches('input') ? `field ${element.getAttribute('inputmode')}` : element?.textContent?.trim();
}

describe.each([
  'a page',
  'a form',
  'an open shadow root',
  'a closed shadow root in a form',
  'a native dialog in a form',
])('in %s, with something in each slot', (name) => {
  test('the focus goes to the title and the field of the screen', async () => {
    stage = await openStage(host(name), {}, { loginHint: HINT, ...slots });
    await stage.press('idle.start');
    await stage.reaches('polling');
    await expect.poll(() => focused(stage as Stage)).toBe(en['polling.title']);
    await stage.press('action.useCode');
    await expect.poll(() => focused(stage as Stage)).toBe('field numeric');
    await stage.press('action.cancel');
    await stage.reaches('idle');
    await expect.poll(() => focused(stage as Stage)).toBe(en['idle.title']);
  });
});

test('the focus follows the screens in a window that is not active, which fires no focus events', async () => {
  const swallow = (event: Event) => event.stopImmediatePropagation();
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  for (const type of ['focus', 'focusin']) window.addEventListener(type, swallow, true);
  try {
    stage = await openStage(host('a page'), {}, { loginHint: HINT });
    await stage.press('idle.start');
    await stage.reaches('polling');
    await expect.poll(() => focused(stage as Stage)).toBe(en['polling.title']);
  } finally {
    for (const type of ['focus', 'focusin']) window.removeEventListener(type, swallow, true);
  }
});

/** The user sends a code and goes on elsewhere; the answer brings up another screen. */
async function approveMeanwhile(login: Stage, elsewhere: Element): Promise<void> {
  await login.press('action.useCode');
  await login.fill('123456');
  await login.press('totpEntry.submit');
  await click(elsewhere);
  await login.reaches('approved');
  await expect.poll(() => login.root()?.textContent).toContain(en['approved.title']);
}

describe('the focus stays in a field of the page', () => {
  test.each(['a page', 'an open shadow root', 'a closed shadow root in a form'])('beside %s', async (name) => {
    const field = document.body.appendChild(document.createElement('input'));
    stage = await openStage(host(name), { latency: 5 }, { loginHint: HINT });
    await approveMeanwhile(stage, field);
    await type('shoes');
    expect([document.activeElement, field.value]).toEqual([field, 'shoes']);
    field.remove();
  });

  test('around its frame', async () => {
    const field = document.body.appendChild(document.createElement('input'));
    stage = await openStage(host('a frame without allow-forms'), { latency: 5 }, { loginHint: HINT });
    await approveMeanwhile(stage, field);
    await type('shoes');
    expect([document.activeElement, field.value]).toEqual([field, 'shoes']);
    field.remove();
  });

  test('while a code is checked', async () => {
    const field = document.body.appendChild(document.createElement('input'));
    stage = await openStage(host('a page'), { latency: 5 }, { loginHint: HINT });
    await stage.press('action.useCode');
    await stage.fill('000000{Enter}');
    await click(field);
    await stage.world.advance(6000);
    await expect.poll(async () => (await (stage as Stage).field()).getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
    field.remove();
  });

  test('while an app is set up', async () => {
    const frame = await openFrame('<input id="other"><div id="app"></div>');
    const { page } = frame;
    const { enrollment, code } = createTestEnrollment();
    let confirm = () => {};
    const confirmed = new Promise<void>((resolve) => (confirm = resolve));
    const slow: TotpEnrollment = {
      ...enrollment,
      confirm: async (...act) => confirmed.then(() => enrollment.confirm(...act)),
    };
    const root = createRoot(page.getElementById('app') as HTMLElement);
    root.render(<TotpSetup enrollment={slow} />);
    const field = () => page.querySelector('#app input') as Element;
    await expect.poll(field).not.toBeNull();
    await click(field());
    await type(`${code()}{Enter}`);
    const other = page.getElementById('other') as HTMLInputElement;
    await click(other);
    confirm();
    await expect.poll(() => page.querySelector('#app [data-state="confirmed"]')).not.toBeNull();
    await type('shoes');
    expect([page.activeElement, other.value]).toEqual([other, 'shoes']);
    root.unmount();
    frame.remove();
  });
});
