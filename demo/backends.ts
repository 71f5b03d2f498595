/** Something that the shop can sign in with. Those with a `basePath` have a handler on the server, under `server-backends.ts`. */
export interface BackendChoice {
  readonly id: string;
  readonly label: string;
  /** What is behind the page, in a sentence or two. */
  readonly note: string;
  /** Where its `createCibaHandler` answers; none for a backend inside the page. */
  readonly basePath?: string;
}

const OPENID: BackendChoice = {
  id: 'openid',
  label: 'OpenID provider',
  note: 'Behind this page is a real OpenID provider with CIBA, in the same process. Any other address looks the same from here: nobody can find out who has an account.',
  basePath: '/api/ciba',
};

/** The choices of the page, in its order. The address `/?backend=<id>` picks one; the first is the default. */
export const BACKENDS: readonly BackendChoice[] = [
  OPENID,
  {
    id: 'authsec',
    label: 'AuthSec',
    note: 'Behind this page is an emulator of AuthSec in the same process, with its 5 s between polls and its 5 minutes to answer.',
    basePath: '/api/authsec',
  },
  {
    id: 'authsignal',
    label: 'Authsignal',
    note: 'Behind this page is an emulator of Authsignal in the same process, asked by the vendor’s own server SDK. The browser gets none of its tokens.',
    basePath: '/api/authsignal',
  },
  {
    id: 'memory',
    label: 'This page alone',
    note: 'Behind this page is nothing: backend and phone are the memory adapter, inside the page. The code 123456 is right.',
  },
];

/** The one that the page's address names. */
export function chosenBackend(address: URL): BackendChoice {
  const id = address.searchParams.get('backend');
  return BACKENDS.find((backend) => backend.id === id) ?? OPENID;
}
