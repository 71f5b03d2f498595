/** A backend that the shop can sign in with. Those with a `basePath` have a handler on the server, in `server-backends.ts`. */
export interface BackendChoice {
  readonly id: string;
  readonly label: string;
  /** Describes the backend in a sentence or two. */
  readonly note: string;
  /** The path of its `createCibaHandler`. Missing for a backend inside the page. */
  readonly basePath?: string;
  /** The path of the phone's page. @default '/simulated-phone' */
  readonly phone?: string;
  /** Where the shop sells something. Its payments are approved on the phone. */
  readonly payments?: string;
}

const INBOX: BackendChoice = {
  id: 'inbox',
  label: 'Inbox',
  note: 'This page uses no provider: the phone is a page of the shop’s own, and a passkey confirms each approval. Any other address looks the same, so no one can find out who has an account.',
  basePath: '/api/ciba',
  phone: '/phone',
  payments: '/api',
};

/** The page's choices, in order. The address `/?backend=<id>` selects one; the first is the default. */
export const BACKENDS: readonly BackendChoice[] = [
  INBOX,
  {
    id: 'openid',
    label: 'OpenID provider',
    note: 'This page uses a real OpenID provider with CIBA, in the same process. Any other address looks the same, so no one can find out who has an account.',
    basePath: '/api/openid',
    payments: '/api/openid',
  },
  {
    id: 'authsec',
    label: 'AuthSec',
    note: 'This page uses an AuthSec emulator in the same process, with AuthSec’s 5 seconds between polls and 5 minutes to answer.',
    basePath: '/api/authsec',
  },
  {
    id: 'authsignal',
    label: 'Authsignal',
    note: 'This page uses an Authsignal emulator in the same process, called by the vendor’s own server SDK. The browser gets none of its tokens.',
    basePath: '/api/authsignal',
  },
  {
    id: 'memory',
    label: 'This page alone',
    note: 'This page has no server: the memory adapter simulates the backend and the phone inside the page. The code is 123456.',
  },
];

/** The backend that the page's address selects. */
export function chosenBackend(address: URL): BackendChoice {
  const id = address.searchParams.get('backend');
  return BACKENDS.find((backend) => backend.id === id) ?? INBOX;
}
