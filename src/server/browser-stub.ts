// Replaces the server entries in bundles for browsers (the `browser` condition in package.json). Without it, a bundler
// would fail on node:crypto and not say what to do.

function refuse(): never {
  throw new Error(
    'This import of react-ciba is for the server and cannot run in a browser: createCibaHandler, its stores and the `oidc` and `authsignal-server` adapters hold secrets. Import them in server code only. In the page, use createHttpAdapter from react-ciba/adapters/http.',
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
