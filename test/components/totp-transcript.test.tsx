import { virtual } from '@guidepup/virtual-screen-reader';
import { act, render } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { CibaProvider, TotpForm, TotpPeriod, useTotp } from 'react-ciba';
import { createFakeEnvironment } from '../support/fake-environment.js';

afterEach(async () => {
  await virtual.stop();
});

const world = createFakeEnvironment();
const adapter = createMemoryAdapter({ clock: world.environment.clock });

function Code() {
  const totp = useTotp({ adapter, loginHint: 'ada@example.com', environment: world.environment });
  return <TotpForm {...totp.entry} beside={<TotpPeriod />} />;
}

test('what a screen reader says: one field with its hint, and each wrong code', async () => {
  const { container } = render(
    <CibaProvider environment={world.environment}>
      <Code />
    </CibaProvider>,
  );
  await virtual.start({ container });
  for (let step = 0; step < 8; step += 1) await virtual.next();
  expect(await virtual.spokenPhraseLog()).toMatchInlineSnapshot(`
    [
      "6-digit code",
      "textbox, 6-digit code, The code changes every 30 seconds., not invalid, required",
      "paragraph",
      "The code changes every 30 seconds.",
      "end of paragraph",
      "button, Verify code, not disabled",
      "status",
      "6-digit code",
      "textbox, 6-digit code, The code changes every 30 seconds., not invalid, required",
    ]
  `);

  await virtual.clearSpokenPhraseLog();
  const input = container.querySelector('input') as HTMLInputElement;
  await userEvent.type(input, '000000{Enter}');
  await act(() => world.settle());
  for (let step = 0; step < 4; step += 1) await virtual.next();
  expect(await virtual.spokenPhraseLog()).toMatchInlineSnapshot(`
    [
      "textbox, 6-digit code, The code changes every 30 seconds., not invalid, required",
      "polite: That code didn’t work. Enter the current code. 2 attempts left.",
      "6-digit code",
      "textbox, 6-digit code, The code changes every 30 seconds. That code didn’t work. Enter the current code. 2 attempts left., invalid, required",
      "paragraph",
      "That code didn’t work. Enter the current code. 2 attempts left.",
    ]
  `);
});
