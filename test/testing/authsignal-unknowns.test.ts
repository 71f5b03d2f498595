// @vitest-environment node
import { describe, expect, test } from 'vitest';
import type { AuthsignalEmulatorUser, AuthsignalUnknowns } from '../../src/testing/index.js';
import { setUpScreen } from '../adapters/authsignal/screen.js';
import type { Screen } from '../adapters/authsignal/screen.js';

// Nobody outside Authsignal knows these answers. With each of them a login ends somewhere a person understands.

const newest = ({ open }: Screen) => open().at(-1) ?? '';

/** What happens in a login, and what is on the screen at its end. */
const SCENARIOS = {
  'nobody answers': async (login: Screen) => {
    await login.start();
    await login.run(130);
  },
  'nobody answers for longer than the token lives': async (login: Screen) => {
    await login.start();
    await login.run(10);
    login.authsignal.setFault({ errorCode: 'expired_token', status: 401 }, '/client/verify/push');
    await login.run(10);
  },
  'the phone denies': async (login: Screen) => {
    await login.start();
    login.authsignal.phone.deny(newest(login));
    await login.run(10);
  },
  'the phone denies, then approves a retry': async (login: Screen) => {
    await login.start();
    login.authsignal.phone.deny(newest(login));
    await login.run(10);
    login.login.retry();
    await login.run(1);
    login.authsignal.phone.approve(newest(login));
    await login.run(10);
  },
  'a resend, and the phone approves the older push': async (login: Screen) => {
    await login.start();
    const older = newest(login);
    await login.run(31);
    login.login.resend();
    await login.run(1);
    login.authsignal.phone.approve(older);
    await login.run(10);
  },
  'a resend, and the phone approves the newer push': async (login: Screen) => {
    await login.start();
    await login.run(31);
    login.login.resend();
    await login.run(5);
    login.authsignal.phone.approve(newest(login));
    await login.run(10);
  },
  'the answer with the approval is lost': async (login: Screen) => {
    await login.start();
    login.authsignal.phone.approve(newest(login));
    login.lost.next = true;
    await login.run(20);
  },
  'the phone approves after a minute': async (login: Screen) => {
    await login.start();
    await login.run(60);
    login.authsignal.phone.approve(newest(login));
    await login.run(60);
  },
  'the phone has been removed': async (login: Screen) => {
    await login.start();
    await login.run(130);
  },
  'a code is typed': async (login: Screen) => {
    await login.useCode();
    await login.typeCode('123456');
  },
  'a code is typed after ten wrong ones elsewhere': async (login: Screen) => {
    const { fetch } = login.authsignal;
    const token = await login.getToken();
    for (let tries = 0; tries < 10; tries += 1) {
      await fetch('https://authsignal.test/v1/client/verify/totp', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ verificationCode: 'wrong' }),
      });
    }
    await login.useCode();
    await login.typeCode(await login.authsignal.totpCode('user-1'));
  },
  'a code is used that was used before': async (login: Screen) => {
    const token = await login.getToken();
    const code = await login.authsignal.totpCode('user-1');
    await login.authsignal.fetch('https://authsignal.test/v1/client/verify/totp', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ verificationCode: code }),
    });
    await login.useCode();
    await login.typeCode(code);
  },
} satisfies Record<string, (login: Screen) => Promise<void>>;

type Row = readonly [
  unknown: Partial<AuthsignalUnknowns>,
  scenario: keyof typeof SCENARIOS,
  screen: string,
  user?: 'without a phone' | 'without an authenticator app',
];

const ROWS: readonly Row[] = [
  [{ errorStatus: 'fitting' }, 'nobody answers for longer than the token lives', 'expired'],
  [{ errorStatus: 200 }, 'nobody answers for longer than the token lives', 'expired'],
  [{ errorStatus: 400 }, 'nobody answers for longer than the token lives', 'expired'],
  [{ pushLifetime: 60, expiredPush: 'pending' }, 'nobody answers', 'expired'],
  [{ pushLifetime: 60, expiredPush: 'invalid_request' }, 'nobody answers', 'expired'],
  [{ pushLifetime: 60, expiredPush: 'expired_token' }, 'nobody answers', 'expired'],
  // Nothing in the answer tells it from a denial.
  [{ pushLifetime: 60, expiredPush: 'denied' }, 'nobody answers', 'denied'],
  [{ pushLifetime: 300 }, 'nobody answers', 'expired'],
  [{ denial: 'failsAction' }, 'the phone denies', 'denied'],
  [{ denial: 'keepsAction' }, 'the phone denies', 'denied'],
  [{ denial: 'failsAction' }, 'the phone denies, then approves a retry', 'approved'],
  [{ denial: 'keepsAction' }, 'the phone denies, then approves a retry', 'approved'],
  [{ resend: 'keepsOlder' }, 'a resend, and the phone approves the older push', 'approved'],
  [{ resend: 'keepsOlder' }, 'a resend, and the phone approves the newer push', 'approved'],
  [{ resend: 'endsOlder' }, 'a resend, and the phone approves the older push', 'polling (ok)'],
  [{ resend: 'endsOlder' }, 'a resend, and the phone approves the newer push', 'approved'],
  [{ resend: 'endsOlder', expiredPush: 'denied' }, 'a resend, and the phone approves the newer push', 'approved'],
  [
    { resend: 'endsOlder', expiredPush: 'invalid_request' },
    'a resend, and the phone approves the newer push',
    'approved',
  ],
  [{ secondRead: 'sameToken' }, 'the answer with the approval is lost', 'approved'],
  [{ secondRead: 'noToken' }, 'the answer with the approval is lost', 'failed (badResponse)'],
  [{ secondRead: 'invalid_request' }, 'the answer with the approval is lost', 'expired'],
  [{ pushPolls: Infinity }, 'the phone approves after a minute', 'approved'],
  [{ pushPolls: 6 }, 'the phone approves after a minute', 'approved'],
  [{ withoutDevice: 'invalid_credential' }, 'the phone has been removed', 'failed (noDevice)', 'without a phone'],
  [{ withoutDevice: 'invalid_request' }, 'the phone has been removed', 'failed (misconfigured)', 'without a phone'],
  [{ withoutDevice: 'noPush' }, 'the phone has been removed', 'expired', 'without a phone'],
  [{ withoutTotp: 'invalid_credential' }, 'a code is typed', 'totpEntry (invalidCode)', 'without an authenticator app'],
  [{ withoutTotp: 'invalidCode' }, 'a code is typed', 'totpEntry (invalidCode)', 'without an authenticator app'],
  [{ codeLimit: 'failureReason' }, 'a code is typed after ten wrong ones elsewhere', 'lockedOut'],
  [{ codeLimit: 'too_many_requests' }, 'a code is typed after ten wrong ones elsewhere', 'totpEntry (rateLimited)'],
  [{ delivery: 'delivered' }, 'the phone approves after a minute', 'approved'],
  [{ delivery: 'someFailed' }, 'the phone approves after a minute', 'approved'],
  [{ delivery: 'allFailed' }, 'nobody answers', 'failed (noDevice)'],
  [{ replayedCode: 'rejected' }, 'a code is used that was used before', 'totpEntry (invalidCode)'],
  [{ replayedCode: 'accepted' }, 'a code is used that was used before', 'approved'],
];

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const USERS: Readonly<Record<string, AuthsignalEmulatorUser>> = {
  'with both': { userId: 'user-1', devices: ['Pixel 9', 'iPad'], totpSecret: secret },
  'without a phone': { userId: 'user-1', totpSecret: secret },
  'without an authenticator app': { userId: 'user-1', devices: ['Pixel 9'] },
};

describe('what is not known of Authsignal', () => {
  const rows = ROWS.map(([unknowns, scenario, screen, user = 'with both']) => {
    const knobs = Object.entries(unknowns).map(([name, value]) => `${name} ${value}`);
    return { name: `${knobs.join(', ')}: ${scenario}`, unknowns, scenario, screen, users: [USERS[user]!] };
  });

  test.each(rows)('$name: $screen', async ({ unknowns, scenario, screen, users }) => {
    const login = await setUpScreen({ unknowns, users });
    await SCENARIOS[scenario](login);
    expect(login.screen()).toBe(screen);
    expect(login.title()).not.toBe('');
  });

  test('has a row for each knob, but for the one that a login cannot turn to', () => {
    const seen = new Set(ROWS.flatMap(([unknowns]) => Object.keys(unknowns)));
    // A page asks about its own pushes alone.
    expect([...seen, 'foreignPush'].toSorted()).toEqual(
      [
        ...['codeLimit', 'delivery', 'denial', 'errorStatus', 'expiredPush', 'foreignPush', 'pushLifetime'],
        ...['pushPolls', 'replayedCode', 'resend', 'secondRead', 'withoutDevice', 'withoutTotp'],
      ].toSorted(),
    );
  });
});
