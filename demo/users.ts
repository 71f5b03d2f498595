import { Secret, TOTP } from 'otpauth';
import type { DemoUser } from './provider.js';

export interface DemoAccount extends DemoUser {
  /** The secret that the user's authenticator app and the server share: base32, 160 bits. */
  readonly totpSecret: string;
}

function createAccount(id: string, email: string, name: string): DemoAccount {
  return { id, email, name, totpSecret: new Secret({ size: 20 }).base32 };
}

/** The users that the provider and the code check know. Each start creates new secrets. */
export function createAccounts(): readonly [DemoAccount, ...DemoAccount[]] {
  return [
    createAccount('user-1', 'demo@example.com', 'Demi Example'),
    createAccount('user-2', 'ann@example.com', 'Ann Example'),
    createAccount('user-3', 'ben@example.com', 'Ben Example'),
  ];
}

export function findAccount(accounts: readonly DemoAccount[], loginHint: string): DemoAccount | undefined {
  const email = loginHint.trim().toLowerCase();
  return accounts.find((account) => account.email === email);
}

/** Computes the code that the phone's authenticator app shows (RFC 6238: SHA-1, 6 digits, 30 s). */
export function totpOf(account: DemoAccount): TOTP {
  return new TOTP({ issuer: 'react-ciba demo', label: account.email, secret: account.totpSecret });
}
