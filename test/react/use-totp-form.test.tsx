import { act, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { en } from '../../src/locales/en.js';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import type { MemoryAdapterOptions, MemorySession } from '../../src/adapters/memory/index.js';
import { CibaProvider, TotpForm, TotpInput, TotpPeriod, useTotp } from '../../src/index.js';
import type { UseTotpOptions } from '../../src/index.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

type Options = Pick<UseTotpOptions<MemorySession>, 'autoSubmit' | 'length'>;

/** Everything with elements of the app's own. */
function OwnMarkup({ field, ...options }: UseTotpOptions<MemorySession> & { field: 'input' | 'TotpInput' }) {
  const totp = useTotp(options);
  const Field = field === 'input' ? 'input' : TotpInput;
  return (
    <form {...totp.getFormProps()} data-testid={totp.status}>
      <input aria-label="Remember me" defaultValue="kept" />
      <label htmlFor={totp.getLabelProps().htmlFor}>Code</label>
      <Field {...totp.getInputProps()} />
      <p {...totp.getHintProps()}>Hint.</p>
      {totp.errorText !== null && <p {...totp.getErrorProps()}>{totp.errorText}</p>}
      <button {...totp.getSubmitProps()}>Verify</button>
      <div {...totp.getAnnouncerProps()} />
    </form>
  );
}

function DropIn(options: UseTotpOptions<MemorySession>) {
  const totp = useTotp(options);
  return <TotpForm {...totp.entry} autoSubmit={options.autoSubmit} length={options.length} data-testid={totp.status} />;
}

function setUp(
  form: 'input' | 'TotpInput' | 'TotpForm',
  memory: MemoryAdapterOptions<MemorySession> = {},
  more: Options = {},
) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, ...memory });
  const options = { adapter, loginHint: 'ada@example.com', environment: world.environment, ...more };
  render(
    <CibaProvider environment={world.environment}>
      {form === 'TotpForm' ? <DropIn {...options} /> : <OwnMarkup {...options} field={form} />}
    </CibaProvider>,
  );
  const user = userEvent.setup();
  const settle = () => act(() => world.settle());
  return {
    world,
    input: screen.getByRole('textbox', { name: /code/i }) as HTMLInputElement,
    sent: () => adapter.calls.length,
    said: () => screen.getByRole('status').textContent,
    async type(keys: string) {
      await user.type(screen.getByRole('textbox', { name: /code/i }), keys);
      await settle();
    },
    async press() {
      await user.click(screen.getByRole('button'));
      await settle();
    },
    advance: (milliseconds: number) => act(() => world.advance(milliseconds)),
  };
}

const forms = ['input', 'TotpInput', 'TotpForm'] as const;

test.each(forms)(
  '%s: a rejected code is cleared, announced and tied to the field, which keeps the focus',
  async (form) => {
    const { input, type, said, sent } = setUp(form);
    await type('000000{Enter}');
    expect(sent()).toBe(1);
    expect(input).toHaveValue('');
    expect(input).toHaveFocus();
    expect(input).toBeInvalid();
    expect(input).toHaveAccessibleDescription(/That code didn’t work\. Enter the current code\. 2 attempts left\.$/);
    expect(said()).toBe('That code didn’t work. Enter the current code. 2 attempts left.');
    const other = screen.queryByRole('textbox', { name: 'Remember me' });
    if (other) expect(other).toHaveValue('kept');
  },
);

test.each(forms)('%s: after the second wrong code it says what may be the cause', async (form) => {
  const { input, type } = setUp(form);
  await type('000000{Enter}');
  expect(input).not.toHaveAccessibleDescription(/sets its time/);
  await type('111111{Enter}');
  expect(input).toHaveAccessibleDescription(/1 attempt left\..*account.*sets its time/);
});

test.each(forms)('%s: with autoSubmit a rejected code goes out again by the button alone', async (form) => {
  const { type, press, sent } = setUp(form, {}, { autoSubmit: true });
  await type('000000');
  expect(sent()).toBe(1);
  await type('000000');
  expect(sent()).toBe(1);
  await press();
  expect(sent()).toBe(2);
  await type('123456');
  expect(sent()).toBe(3);
});

test.each(forms)('%s: an incomplete code is not sent, and it says so', async (form) => {
  const { input, type, said, sent } = setUp(form);
  await type('123{Enter}');
  expect(sent()).toBe(0);
  expect(said()).toBe('Enter all 6 digits.');
  expect(input).toHaveAccessibleDescription(/Enter all 6 digits/);
  await type('4');
  expect(input).toHaveAttribute('aria-invalid', 'false');
});

test.each(forms)('%s: a fault costs no try and keeps the code', async (form) => {
  const { input, type } = setUp(form, { faults: { verifyTotp: ['network'] } });
  await type('123456{Enter}');
  expect(input).toHaveValue('123456');
  expect(input).toHaveAccessibleDescription(
    expect.stringContaining(`${en['totpEntry.fault']} ${en['error.network.text']}`),
  );
});

test('the server’s lock wins over the count of tries, and opens again by itself', async () => {
  const { input, type, press, said, sent, advance } = setUp('TotpForm', { totp: { attempts: 1, lockout: 45 } });
  await type('000000{Enter}');
  expect(screen.getByTestId('lockedOut')).toHaveAttribute('data-state', 'lockedOut');
  expect(said()).toBe('Too many incorrect codes. You can enter a code again in 45\u00a0seconds.');
  expect(screen.getByText('You can enter a code again in 45 seconds.')).toBeVisible();
  expect(input).toHaveAttribute('readonly');
  expect(input).toHaveValue('');
  await press();
  expect(sent()).toBe(1);
  await advance(5_010);
  expect(screen.getByText('You can enter a code again in 40 seconds.')).toBeVisible();
  await advance(40_000);
  expect(screen.getByTestId('entry')).toHaveAttribute('data-state', 'entry');
  expect(said()).toBe(en['lockedOut.over']);
  await type('123456{Enter}');
  expect(screen.getByTestId('approved')).toBeInTheDocument();
});

test('the third wrong code locks at once where the server does not count', async () => {
  const world = createFakeEnvironment();
  const verifyTotp = vi.fn(async () => ({ status: 'invalidCode' }) as const);
  render(
    <CibaProvider environment={world.environment}>
      <DropIn adapter={{ verifyTotp }} loginHint="ada@example.com" environment={world.environment} />
    </CibaProvider>,
  );
  const user = userEvent.setup();
  for (const code of ['000000', '111111', '222222']) {
    await user.type(screen.getByRole('textbox'), `${code}{Enter}`);
    await act(() => world.settle());
  }
  expect(screen.getByTestId('lockedOut')).toBeInTheDocument();
  expect(screen.getByText('You can enter a code again in 30 seconds.')).toBeVisible();
  expect(verifyTotp).toHaveBeenCalledTimes(3);
});

test('eight digits', async () => {
  const { type, sent } = setUp('TotpForm', { totp: { codes: ['12345678'] } }, { length: 8 });
  await type('123456{Enter}');
  expect(sent()).toBe(0);
  await type('78{Enter}');
  expect(screen.getByTestId('approved')).toBeInTheDocument();
});

test('the ring runs out with the step of 30 s, whatever the moment of the first look', async () => {
  const world = createFakeEnvironment();
  const code = { verifying: false, problem: null, wrongCodes: 0, attemptsLeft: 3 };
  const { container } = render(
    <CibaProvider environment={world.environment}>
      <TotpForm code={code} submitCode={vi.fn()} beside={<TotpPeriod />} />
    </CibaProvider>,
  );
  const shown = () => Number(container.querySelector('[data-scope="totp-period"] text')?.textContent);
  expect(shown()).toBe(30 - (Math.floor(world.now() / 1000) % 30));
  const atEnd = 30_000 - (world.now() % 30_000);
  await act(() => world.advance(atEnd - 500));
  expect(shown()).toBe(1);
  expect(container.querySelector('[data-ending]')).not.toBeNull();
  await act(() => world.advance(600));
  expect(shown()).toBe(30);
  expect(container.querySelector('[data-part="ring"]')).toHaveAttribute('stroke-dasharray', '30 30');
});
