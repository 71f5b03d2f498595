import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { StrictMode } from 'react';
import { encode } from 'uqr';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CIBA_ERROR_CODES, CibaError } from '../../src/contract/index.js';
import { QrCode, TotpSetup, useTotpSetup } from 'react-ciba/totp-setup';
import type { TotpEnrollment } from 'react-ciba/totp-setup';
import { en, enSetup } from '../../src/locales/en.js';
import { createTestEnrollment } from '../support/totp-enrollment.js';
import type { TestEnrollmentOptions } from '../support/totp-enrollment.js';

const CODES = ['7K2M-9QXR', '3FHT-WB8N', 'R5DJ-2MVC'];
const WRONG = 'a code that is wrong';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function setUp(options: TestEnrollmentOptions = {}) {
  const backend = createTestEnrollment(options);
  const onConfirmed = vi.fn();
  const onFinished = vi.fn();
  const user = userEvent.setup();
  const { container, unmount } = render(
    <StrictMode>
      <TotpSetup enrollment={backend.enrollment} onConfirmed={onConfirmed} onFinished={onFinished} />
    </StrictMode>,
  );
  const settle = () => act(async () => undefined);
  await settle();
  return {
    ...backend,
    container,
    unmount,
    onConfirmed,
    onFinished,
    user,
    settle,
    // Said twice under StrictMode, where the announcer marks the repeat.
    said: () => screen.getByRole('status').textContent.trim(),
    async send(code: string) {
      // Any code but the three that are right now.
      const typed = code === WRONG ? wrongCode(backend.code()) : code;
      await user.type(screen.getByRole('textbox'), `${typed}{Enter}`);
      await settle();
    },
  };
}

function wrongCode(right: string): string {
  return String((Number(right) + 500_000) % 1_000_000).padStart(6, '0');
}

test('the whole way, from the secret to the backup codes', async () => {
  const { container, calls, code, send, user, said, onConfirmed, onFinished } = await setUp({ backupCodes: CODES });
  // Once, StrictMode or not: a second secret would make the first void.
  expect(calls).toEqual(['begin']);
  expect(screen.getByRole('img', { name: enSetup['setup.qrCode'] })).toBeVisible();
  const link = screen.getByRole('link', { name: enSetup['setup.openApp'] });
  const uri = new URL(link.getAttribute('href') ?? '');
  expect(uri.protocol).toBe('otpauth:');
  const groups = screen.getByRole('group', { name: enSetup['setup.secret'] }).textContent;
  expect(groups).toMatch(/^[A-Z2-7]{4}( [A-Z2-7]{1,4})+$/);
  expect(groups.replaceAll(' ', '')).toBe(uri.searchParams.get('secret'));

  await send(WRONG);
  expect(screen.getByRole('textbox')).toHaveAccessibleDescription(`${en['totpEntry.hint']} ${en['totpEntry.wrong']}`);
  expect(said()).toBe(en['totpEntry.wrong']);
  await send(code());
  expect(onConfirmed).toHaveBeenCalledOnce();
  expect(onFinished).not.toHaveBeenCalled();
  expect(screen.getByRole('heading', { name: enSetup['setup.confirmed'] })).toHaveFocus();
  expect(container.innerHTML).not.toContain('otpauth:');

  const list = screen.getByRole('list', { name: enSetup['setup.backupCodes'] });
  expect(
    within(list)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(CODES);
  await user.click(screen.getByRole('button', { name: enSetup['setup.finish'] }));
  expect(onFinished).toHaveBeenCalledOnce();
  expect(container.textContent).not.toContain(CODES[0]);
  expect(container.querySelector('[style]')).toBeNull();
});

test('key and backup codes are copied as a person would type them', async () => {
  const { code, send, user, said } = await setUp({ backupCodes: CODES });
  const writeText = vi.spyOn(navigator.clipboard, 'writeText');
  const groups = screen.getByRole('group', { name: enSetup['setup.secret'] }).textContent;
  await user.click(screen.getByRole('button', { name: enSetup['setup.copySecret'] }));
  expect(writeText).toHaveBeenLastCalledWith(groups.replaceAll(' ', ''));
  expect(said()).toBe(enSetup['setup.copied']);
  await send(code());
  await user.click(screen.getByRole('button', { name: enSetup['setup.copyCodes'] }));
  expect(writeText).toHaveBeenLastCalledWith(CODES.join('\n'));
});

test('where copying is not allowed, it says so', async () => {
  const { user, said, settle } = await setUp();
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('No', 'NotAllowedError'));
  await user.click(screen.getByText(enSetup['setup.secret']));
  await user.click(screen.getByRole('button', { name: enSetup['setup.copySecret'] }));
  await settle();
  expect(screen.getAllByText(enSetup['setup.copyFailed'])[0]).toBeVisible();
  expect(said()).toBe(enSetup['setup.copyFailed']);
});

test('backup codes are downloaded and printed', async () => {
  const { code, send, user } = await setUp({ backupCodes: CODES });
  await send(code());
  const saved: { blob: Blob | null; name: string } = { blob: null, name: '' };
  URL.createObjectURL = (blob: Blob) => ((saved.blob = blob), 'blob:codes');
  URL.revokeObjectURL = vi.fn();
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.name = this.download;
  });
  await user.click(screen.getByRole('button', { name: enSetup['setup.download'] }));
  expect(saved.name).toBe(enSetup['setup.fileName']);
  expect(saved.blob?.size).toBe(`${CODES.join('\n')}\n`.length);
  expect(URL.revokeObjectURL).toHaveBeenCalledWith('blob:codes');

  const print = vi.fn();
  vi.stubGlobal('print', print);
  await user.click(screen.getByRole('button', { name: enSetup['setup.print'] }));
  expect(print).toHaveBeenCalledOnce();
});

test('H6: where nothing can be copied, saved or printed, it says so and goes on', async () => {
  const { code, container, send, user, said, onFinished } = await setUp({ backupCodes: CODES });
  await send(code());
  const refuse = () => {
    throw new DOMException('No', 'SecurityError');
  };
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(refuse);
  vi.stubGlobal('print', refuse);
  URL.createObjectURL = refuse;
  for (const [index, key] of (['setup.copyCodes', 'setup.download', 'setup.print'] as const).entries()) {
    await user.click(screen.getByRole('button', { name: enSetup[key] }));
    expect(said()).toBe(enSetup['setup.copyFailed']);
    expect(container.querySelectorAll('[data-part=error]').length).toBe(index === 0 ? 1 : 2);
  }
  await user.click(screen.getByRole('button', { name: enSetup['setup.finish'] }));
  expect(onFinished).toHaveBeenCalledOnce();
});

test('H6: a URI too long for a QR code leaves the link and the key', async () => {
  const uri = `otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&image=${'x'.repeat(3000)}`;
  const enrollment = { begin: async () => ({ uri, secret: 'JBSWY3DPEHPK3PXP' }) } as unknown as TotpEnrollment;
  render(<TotpSetup enrollment={enrollment} />);
  expect(await screen.findByRole('link', { name: enSetup['setup.openApp'] })).toHaveAttribute('href', uri);
  expect(screen.getByRole('group', { name: enSetup['setup.secret'] })).toBeVisible();
  expect(screen.queryByRole('img', { name: enSetup['setup.qrCode'] })).toBeNull();
});

test('H6: an answer without a secret fails instead of breaking the page', async () => {
  const enrollment = { begin: async () => ({ uri: 'otpauth://totp/x' }) } as unknown as TotpEnrollment;
  render(<TotpSetup enrollment={enrollment} />);
  expect(await screen.findByRole('button', { name: en['action.retry'] })).toBeVisible();
});

test('without backup codes it is finished when it is confirmed', async () => {
  const { code, send, onFinished } = await setUp();
  await send(code());
  expect(onFinished).toHaveBeenCalledOnce();
  expect(screen.queryByRole('list')).toBeNull();
});

test('a fault at the start can be tried again', async () => {
  const { calls, user, settle, said } = await setUp({ faults: ['unavailable'] });
  expect(screen.getByRole('heading', { name: enSetup['setup.failedTitle'] })).toBeVisible();
  expect(said()).toBe(
    en['spoken.join']([enSetup['setup.failedTitle'], en['error.unavailable.text'], en['error.retryLater']]),
  );
  expect(screen.getByText(en['error.retryLater'])).toBeVisible();
  await user.click(screen.getByRole('button', { name: en['action.retry'] }));
  await settle();
  expect(calls).toEqual(['begin', 'begin']);
  expect(screen.getByRole('textbox')).toBeVisible();
});

test('a fault while confirming keeps the code and counts nothing', async () => {
  const { code, send, settle, user, faults, onConfirmed } = await setUpWithFault();
  faults.push('network');
  const right = code();
  await send(right);
  expect(screen.getByRole('textbox')).toHaveValue(right);
  expect(screen.getByRole('textbox')).toHaveAccessibleDescription(
    `${en['totpEntry.hint']} ${enSetup['setup.codeFault']} ${en['error.network.text']}`,
  );
  await user.click(screen.getByRole('button', { name: enSetup['setup.confirm'] }));
  await settle();
  expect(onConfirmed).toHaveBeenCalledOnce();
});

test.each(CIBA_ERROR_CODES)('%s never shows a text of the login about it', async (code) => {
  const { faults, container, send, settle } = await setUpWithFault();
  faults.push(code);
  await send('000000');
  await settle();
  const shared = ['offline', 'network', 'timeout', 'badResponse', 'unavailable', 'rateLimited', 'unknown'];
  const text =
    code === 'unauthorized'
      ? enSetup['setup.sessionEndedText']
      : shared.includes(code)
        ? en[`error.${code}.text`]
        : enSetup['setup.failedText'];
  const description = screen.getByRole('textbox').getAttribute('aria-describedby')?.split(' ').at(-1) ?? '';
  const shown = container.ownerDocument.getElementById(description)?.textContent ?? '';
  expect(shown).toContain(enSetup['setup.codeFault']);
  expect(shown).toContain(text);
  const waits = code === 'unavailable' || code === 'rateLimited';
  expect(shown.endsWith(en['error.retryLater'])).toBe(waits);
  // Another code can't help with a secret that is gone.
  const over = ['notFound', 'forbidden', 'misconfigured', 'refused', 'sessionRefused'].includes(code);
  expect(screen.queryAllByRole('button', { name: enSetup['setup.startOver'] })).toHaveLength(over ? 1 : 0);
});

test('a secret that is no longer valid is replaced by a new one', async () => {
  const { faults, calls, code, send, settle, user, onConfirmed } = await setUpWithFault();
  const old = screen.getByRole('link', { name: enSetup['setup.openApp'] }).getAttribute('href');
  faults.push('notFound');
  await send(code());
  await user.click(screen.getByRole('button', { name: enSetup['setup.startOver'] }));
  await settle();
  expect(calls).toEqual(['begin', 'confirm', 'begin']);
  expect(screen.getByRole('link', { name: enSetup['setup.openApp'] }).getAttribute('href')).not.toBe(old);
  expect(screen.getByRole('heading', { name: enSetup['setup.title'] })).toHaveFocus();
  expect(screen.getByRole('textbox')).toHaveValue('');
  await send(code());
  expect(onConfirmed).toHaveBeenCalledOnce();
});

test('a session that has ended is named, because to sign in again helps', async () => {
  const { said } = await setUp({ faults: ['unauthorized'] });
  expect(screen.getByRole('heading', { name: enSetup['setup.sessionEndedTitle'] })).toBeVisible();
  expect(screen.getByText(enSetup['setup.sessionEndedText'])).toBeVisible();
  expect(said()).toBe(en['spoken.join']([enSetup['setup.sessionEndedTitle'], enSetup['setup.sessionEndedText']]));
});

test('where the backend names a time, trying again waits for it', async () => {
  vi.useFakeTimers();
  const begin = vi.fn(async () => {
    throw new CibaError('rateLimited', 'The test wants this fault.', { retryAfter: 90 });
  });
  render(<TotpSetup enrollment={{ begin, confirm: async () => ({ status: 'invalidCode' }) }} />);
  await act(async () => undefined);
  const retry = screen.getByRole('button', { name: en['action.retry'] });
  expect(retry).toBeDisabled();
  expect(screen.getByText(en['error.retryIn'](90).replaceAll('\u00a0', ' '))).toBeVisible();
  await act(async () => vi.advanceTimersByTime(90_100));
  expect(retry).toBeEnabled();
  fireEvent.click(retry);
  await act(async () => undefined);
  expect(begin).toHaveBeenCalledTimes(2);
});

async function setUpWithFault() {
  const faults: NonNullable<TestEnrollmentOptions['faults']> = [];
  return { faults, ...(await setUp({ faults })) };
}

test('leaving aborts what is under way', async () => {
  let aborted: AbortSignal | undefined;
  const enrollment: TotpEnrollment = {
    begin: ({ signal }) => {
      aborted = signal;
      return new Promise(() => undefined);
    },
    confirm: () => new Promise(() => undefined),
  };
  const { unmount } = render(<TotpSetup enrollment={enrollment} />);
  await act(async () => undefined);
  expect(screen.getByText(enSetup['setup.loading'])).toBeVisible();
  unmount();
  expect(aborted?.aborted).toBe(true);
});

test('an answer without an otpauth: URI is a fault, not a broken page', async () => {
  function Probe({ enrollment }: { enrollment: TotpEnrollment }) {
    const setup = useTotpSetup({ enrollment });
    return <p>{setup.status === 'failed' ? setup.error.message : setup.status}</p>;
  }
  const { enrollment } = createTestEnrollment();
  render(<Probe enrollment={{ ...enrollment, begin: async () => ({ uri: 'javascript:alert(1)', secret: '' }) }} />);
  await act(async () => undefined);
  expect(screen.getByText(/gave no otpauth: URI/)).toBeVisible();
});

test('the drawn modules are those of the text, with four light ones around', () => {
  const text = 'otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&issuer=Example';
  const { container } = render(<QrCode text={text} label="QR code" />);
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const drawn = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const path = container.querySelector('path')?.getAttribute('d') ?? '';
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let step = 0; step < Number(width); step += 1) (drawn[Number(y)] as boolean[])[Number(x) + step] = true;
  }
  expect(drawn).toEqual(data);
  expect(drawn.slice(0, 4).flat()).not.toContain(true);
});

describe('an answer of the backend that is not as it should be', () => {
  async function confirmed(result: unknown) {
    const { enrollment, code } = createTestEnrollment();
    const broken: TotpEnrollment = { ...enrollment, confirm: async () => result as never };
    const onConfirmed = vi.fn();
    const onFinished = vi.fn();
    render(<TotpSetup enrollment={broken} onConfirmed={onConfirmed} onFinished={onFinished} />);
    const settle = () => act(async () => undefined);
    await settle();
    await userEvent.type(screen.getByRole('textbox'), `${code()}{Enter}`);
    await settle();
    return { onConfirmed, onFinished };
  }

  test.each([
    ['one text', CODES.join(' ')],
    ['one text with commas', CODES.join(', ')],
    ['one text with lines', `${CODES.join('\n')}\n`],
    ['a list with more in it', [...CODES, null, {}, '']],
  ])('backup codes as %s are shown all the same', async (_what, backupCodes) => {
    const { onConfirmed, onFinished } = await confirmed({ status: 'confirmed', backupCodes });
    for (const code of CODES) expect(screen.getByText(code)).toBeVisible();
    expect(screen.getAllByRole('listitem').filter(({ textContent }) => CODES.includes(textContent))).toHaveLength(3);
    expect(onConfirmed).toHaveBeenCalledTimes(1);
    expect(onFinished).not.toHaveBeenCalled();
  });

  test('backup codes as numbers are shown, too', async () => {
    await confirmed({ status: 'confirmed', backupCodes: [12345678] });
    expect(screen.getByText('12345678')).toBeVisible();
  });

  test.each([[{}], [true], [''], [[]], [null], [7]])(
    'backup codes that are %j are none, and the set-up ends',
    async (backupCodes) => {
      const { onConfirmed, onFinished } = await confirmed({ status: 'confirmed', backupCodes });
      expect(onConfirmed).toHaveBeenCalledTimes(1);
      expect(onFinished).toHaveBeenCalledTimes(1);
    },
  );

  test.each([[undefined], [null], ['ok'], [{}], [{ status: 'ok' }]])(
    '%j as a whole confirms nothing',
    async (result) => {
      const { onConfirmed } = await confirmed(result);
      expect(onConfirmed).not.toHaveBeenCalled();
      expect(screen.getByRole('textbox')).toBeVisible();
    },
  );
});
