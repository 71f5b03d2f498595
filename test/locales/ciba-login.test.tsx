import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import type { MemoryAdapterOptions, MemorySession } from '../../src/adapters/memory/index.js';
import { CIBA_ERROR_CODES } from '../../src/contract/index.js';
import { CibaError, CibaLogin } from '../../src/index.js';
import type { CibaLoginProps, Messages } from '../../src/index.js';
import { en } from '../../src/locales/en.js';
import { createResume } from '../../src/machine/polling/resume.js';
import { LOGIN_STATUSES } from '../../src/machine/view.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { translations } from './all-locales.js';
import { has, textsIn } from './texts.js';

/** What no locale translates: names and codes that come from elsewhere. */
const REFERENCE = 'K7Q4-MX2P';
const DATA = ['ada@example.com', 'Pixel 9', 'K7', 'Order 2026-0417', REFERENCE];

/** Goes through every status of `<CibaLogin>` in a language, and gives back what was seen and which statuses those were. */
async function readEveryScreen(messages: Messages) {
  const seen = new Set<string>();
  const statuses = new Set<string | null>();

  async function open(
    memory: MemoryAdapterOptions<MemorySession>,
    props: Partial<CibaLoginProps<MemorySession>> = { loginHint: 'ada@example.com' },
  ) {
    cleanup();
    const world = createFakeEnvironment();
    const adapter = createMemoryAdapter({
      clock: world.environment.clock,
      displayCode: 'K7',
      deliveredTo: 'Pixel 9',
      ...memory,
    });
    const { container } = render(
      <CibaLogin
        adapter={adapter}
        environment={world.environment}
        messages={messages}
        transaction={{ title: 'Order 2026-0417' }}
        resume={createResume(world.environment)}
        {...props}
      />,
    );
    function read() {
      for (const text of textsIn(container)) seen.add(text);
      statuses.add(container.querySelector('[data-part="root"]')?.getAttribute('data-state') ?? null);
    }
    const after = async (run: () => Promise<void> | void) => {
      await act(async () => {
        await run();
        await world.settle();
      });
      read();
    };
    const find = (selector: string) => {
      const element = container.querySelector(selector);
      if (!element) throw new Error(`there is no ${selector}`);
      return element;
    };
    read();
    return {
      world,
      adapter,
      wait: (seconds: number) => after(() => world.advance(seconds * 1000)),
      change: (next: { online: boolean }) => after(() => world.change(next)),
      press: (verb: string) => after(() => void fireEvent.click(find(`[data-verb="${verb}"]`))),
      submit: () => after(() => void fireEvent.keyDown(find('input'), { key: 'Enter' })),
      approveElsewhere: () =>
        after(() => {
          const otherTab = world.environment.openChannel(`react-ciba:${adapter.phone.requests[0]?.id}`, () => {});
          otherTab?.post({ type: 'ended', outcome: 'approved' });
          otherTab?.close();
        }),
      type: (code: string) => after(() => void fireEvent.change(find('input'), { target: { value: code } })),
    };
  }

  for (const identifier of ['email', 'username', 'phone'] as const) {
    const { submit } = await open({}, { identifier });
    await submit();
  }

  const pushed = await open({ faults: { poll: 'network' }, expiresIn: 120 });
  await pushed.press('start');
  await pushed.wait(20);
  await pushed.change({ online: false });
  await pushed.change({ online: true });
  pushed.adapter.faults = {};
  await pushed.wait(3);
  pushed.adapter.faults = { initiate: 'network' };
  await pushed.wait(40);
  await pushed.press('resend');
  await pushed.wait(10);
  await pushed.wait(30);
  await pushed.press('useCode');
  await pushed.press('cancel');

  const resent = await open({ expiresIn: 600 });
  await resent.press('start');
  for (let resend = 0; resend < 3; resend += 1) {
    await resent.wait(120);
    await resent.press('resend');
  }

  const taken = await open({ resumable: true }, { loginHint: 'ada@example.com' });
  await taken.press('start');
  await taken.approveElsewhere();
  await taken.wait(5);

  const codeFirst = { loginHint: 'ada@example.com', codeFirst: true, appLink: 'example-bank://requests' };
  const onThePhone = await open({}, codeFirst);
  await onThePhone.press('start');

  const withoutNumber = await open({ displayCode: '' });
  await withoutNumber.press('start');

  const sending = await open({ faults: { initiate: 'hang' } });
  await sending.press('start');

  const codes = await open({ totp: { attempts: 3, lockout: 90 }, faults: { verifyTotp: ['network'] } });
  await codes.press('useCode');
  await codes.type('letters');
  await codes.submit();
  for (const code of ['000001', '000002', '000003', '000004']) {
    await codes.type(code);
    await codes.submit();
    await codes.wait(5);
  }
  await codes.wait(90);

  const checking = await open({ faults: { verifyTotp: 'hang' } });
  await checking.press('useCode');
  await checking.type('000000');
  await checking.submit();

  let finish = () => {};
  const onApproved = () => new Promise<void>((resolve) => (finish = resolve));
  const approved = await open({ phone: 'approve', after: 0 }, { loginHint: 'ada@example.com', onApproved });
  await approved.press('start');
  await approved.wait(5);
  finish();
  await approved.wait(1);

  const denied = await open({ phone: 'deny', after: 0 });
  await denied.press('start');
  await denied.wait(5);
  await denied.press('report');

  const expired = await open({ expiresIn: 10 });
  await expired.press('start');
  await expired.wait(20);

  const paused = await open({}, { loginHint: 'ada@example.com', approvalTimeout: 5 });
  await paused.press('start');
  await paused.wait(10);

  for (const code of CIBA_ERROR_CODES) {
    const options = { retryable: false, reference: REFERENCE, ...(code === 'unavailable' && { retryAfter: 60 }) };
    const failed = await open(
      { faults: { initiate: new CibaError(code, 'As the test asks for.', options) } },
      { loginHint: 'ada@example.com', support: '/help' },
    );
    await failed.press('start');
    if (code === 'misconfigured') await failed.press('copy-reference');
  }
  const typed = await open({ faults: { initiate: new CibaError('unknownUser', 'As the test asks for.') } }, {});
  await typed.type('ada@example.com');
  await typed.submit();
  const late = await open({ displayCodeUse: 'enter' }, {});
  await late.type('ada@example.com');
  await late.submit();
  await late.wait(26);
  cleanup();
  for (const data of ['', ...DATA]) seen.delete(data);
  // A clock is digits, which no locale translates.
  return { seen: [...seen].filter((text) => !/^[·:\d]*$/.test(text)), statuses: [...statuses] };
}

let english: Awaited<ReturnType<typeof readEveryScreen>>;

beforeAll(async () => {
  english = await readEveryScreen(en);
}, 30_000);

test('the walk comes by every status and every text but three', () => {
  const { seen, statuses } = english;
  expect(statuses.toSorted()).toEqual(LOGIN_STATUSES.toSorted());
  const missed = Object.entries(en as unknown as Record<string, unknown>)
    .filter(([, text]) => typeof text === 'string' && !seen.some((part) => part.includes(text)))
    .map(([key]) => key);
  // One is said where codes stand alone, without a push, one stands in the dialog around a login, and one needs a clipboard.
  expect(missed).toEqual(['lockedOut.over', 'action.close', 'error.referenceCopied']);
});

test.each(translations)(
  '<CibaLogin> in $tag shows and says no English, and no key',
  { timeout: 30_000 },
  async ({ messages }) => {
    const { seen, statuses } = await readEveryScreen(messages);
    expect(statuses.toSorted()).toEqual(LOGIN_STATUSES.toSorted());
    const leftovers = [...english.seen, ...Object.keys(en)].filter((text) => seen.some((whole) => has(whole, text)));
    expect(leftovers).toEqual([]);
  },
);
