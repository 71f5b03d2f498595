import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { CibaLogin } from '../../src/index.js';
import { en } from '../../src/locales/en.js';
import type { MemoryAdapterOptions, MemorySession } from '../../src/adapters/memory/index.js';
import { renderWithCiba } from '../../src/testing/index.js';

type Options = MemoryAdapterOptions<MemorySession>;
type Walk = (user: ReturnType<typeof userEvent.setup>) => Promise<void>;

const press =
  (name: string): Walk =>
  async (user) =>
    user.click(await screen.findByRole('button', { name }));
const stay: Walk = async () => undefined;
const start = press(en['idle.start']);
const enterCode: Walk = async (user) => {
  await start(user);
  await press(en['action.useCode'])(user);
};
const typeCode =
  (code: string): Walk =>
  async (user) => {
    await enterCode(user);
    if (code) await user.type(screen.getByLabelText(en['totpEntry.label'](6)), code);
    await press(en['totpEntry.submit'])(user);
  };

// Every screen, and every message within a screen: its title or text, the backend's options, and the way there.
const screens: [shown: string, options: Options, walk: Walk, props?: { loginHint?: string }][] = [
  [en['idle.text'], {}, stay],
  [
    en['idle.after.cancel'],
    {},
    async (user) => {
      await start(user);
      await press(en['action.cancel'])(user);
    },
  ],
  [
    en['identifier.emailInvalid'],
    {},
    async (user) => {
      await user.type(screen.getByRole('textbox'), 'ada');
      await start(user);
    },
    {},
  ],
  [en['pushing.text'], { faults: { initiate: 'hang' } }, start],
  [en['polling.text'], {}, start],
  [en['polling.reconnecting'], { faults: { poll: 'network' } }, start],
  [en['approved.text'], { phone: 'approve', after: 0 }, start],
  [en['denied.text'], { phone: 'deny', after: 0 }, start],
  [en['expired.text'], { expiresIn: 0.1 }, start],
  [en['totpEntry.text'], {}, enterCode],
  [en['totpEntry.incomplete'](6), {}, typeCode('12')],
  [en['totpEntry.wrong'], {}, typeCode('000000')],
  [en['totpEntry.fault'], { faults: { verifyTotp: 'network' } }, typeCode('123456')],
  [en['lockedOut.text'], { totp: { attempts: 1, lockout: 60 } }, typeCode('000000')],
  ...(['network', 'timeout', 'unavailable', 'forbidden', 'misconfigured', 'unknownUser', 'noDevice'] as const).map(
    (fault): [string, Options, Walk] => [en[`error.${fault}.title`], { faults: { initiate: fault } }, start],
  ),
];

const announcer = () => screen.getByRole('status');

/** The texts that elements of the login show, as `getByText` reads them. */
function shownTexts(container: HTMLElement): string[] {
  return [...container.querySelectorAll('*')]
    .filter((element) => element !== announcer())
    .map((element) => [...element.childNodes].filter((node) => node.nodeType === 3))
    .map((nodes) =>
      nodes
        .map((node) => node.textContent)
        .join('')
        .trim(),
    )
    .filter(Boolean);
}

test.each(screens)('each text can be found once: %s', async (shown, options, walk, props = { loginHint: 'ada' }) => {
  const { container } = renderWithCiba((adapter) => <CibaLogin adapter={adapter} {...props} />, {
    render,
    interval: 0.02,
    ...options,
  });
  await walk(userEvent.setup());
  // Some texts continue: "That code didn’t work. Enter the current code. 2 attempts left."
  await screen.findByText(shown, { exact: false, ignore: '[role="status"]' });
  if (walk !== stay) expect(announcer()).not.toBeEmptyDOMElement();

  for (const text of shownTexts(container)) {
    // Testing Library reads a no-break space as a space.
    const found = screen.queryAllByText(text.replaceAll('\u00a0', ' '));
    expect(found, text).not.toContain(announcer());
    // The title of the first screen is also its button. Roles tell them apart.
    if (text !== en['idle.start']) expect(found, text).toHaveLength(1);
  }
});
