// What the server's entries are in a bundle for browsers (the `browser` condition of package.json). Without it a bundler
// would complain about node:crypto, and not say what to do.

function refuse(): never {
  throw new Error(
    'This import of react-ciba is for the server and cannot run in a browser: createCibaHandler, its stores and the adapters oidc and authsignal-server hold secrets. Import them in server code alone; the page uses createHttpAdapter of react-ciba/adapters/http.',
  );
}

export const oidcProfiles = {};

export {
  refuse as createAuthsignalServerAdapter,
  refuse as createCibaHandler,
  refuse as createMemoryStore,
  refuse as createOidcAdapter,
  refuse as createRedisStore,
  refuse as createTotpVerifier,
  refuse as forwardedClientAddress,
  refuse as nodeClientAddress,
  refuse as toNodeListener,
};
