import type { PasskeyJson } from '../contract/inbox.js';

/** Why this browser can't use passkeys. */
export type NoPasskeyReason = 'inAppBrowser' | 'noScreenLock' | 'unsupported';

/** The phone's passkeys. `create` and `get` reject with a `NotAllowedError` if the user closes the dialog. */
export interface Passkeys {
  /** Creates one, with the options of the server. */
  create(options: PasskeyJson): Promise<PasskeyJson>;
  /** Signs the server's challenge. The dialog closes as soon as `signal` aborts. */
  get(options: PasskeyJson, signal: AbortSignal): Promise<PasskeyJson>;
  /** Finds why a passkey can't be created here. @default it can */
  findObstacle?(): Promise<NoPasskeyReason | null>;
}

/** Browsers inside other apps, which open no passkey dialog or keep the passkey to themselves. */
const IN_APP = /(FBAN|FBAV|FB_IAB|Instagram|\bLine\/|MicroMessenger|Twitter|Snapchat|TikTok|musical_ly|GSA\/|; wv\))/;

// Loaded only when a passkey is about to be used, so that the first card doesn't wait for it.
const load = () => import('./simplewebauthn.js');

type Loaded = Awaited<ReturnType<typeof load>>;
type CreateOptions = Parameters<Loaded['startRegistration']>[0]['optionsJSON'];
type GetOptions = Parameters<Loaded['startAuthentication']>[0]['optionsJSON'];

/**
 * Loads the code early: Safari opens a passkey dialog only right after a press, so a press mustn't wait for a download.
 */
export function preloadPasskeys(): void {
  load().catch(() => undefined);
}

/** The passkeys of the browser, through @simplewebauthn/browser. */
export const browserPasskeys: Passkeys = {
  async create(options) {
    const { startRegistration } = await load();
    return (await startRegistration({ optionsJSON: options as unknown as CreateOptions })) as unknown as PasskeyJson;
  },
  async get(options, signal) {
    const { startAuthentication, WebAuthnAbortService } = await load();
    const close = () => WebAuthnAbortService.cancelCeremony();
    signal.addEventListener('abort', close);
    try {
      return (await startAuthentication({ optionsJSON: options as unknown as GetOptions })) as unknown as PasskeyJson;
    } finally {
      signal.removeEventListener('abort', close);
    }
  },
  async findObstacle() {
    const { navigator, PublicKeyCredential: api } = globalThis as Partial<typeof globalThis>;
    if (IN_APP.test(navigator?.userAgent ?? '')) return 'inAppBrowser';
    if (!api) return 'unsupported';
    const hasLock = await api.isUserVerifyingPlatformAuthenticatorAvailable?.().catch(() => true);
    return hasLock === false ? 'noScreenLock' : null;
  },
};
