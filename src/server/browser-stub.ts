// Replaces the server entries in bundles for browsers (the `browser` condition in package.json). Without it, a bundler
// would fail on node:crypto and not say what to do.

function refuse(): never {
  throw new Error(
    'createCibaHandler and the other server functions of react-ciba hold secrets, so they cannot run in a browser. Import them in server code only; in the page, use createHttpAdapter from react-ciba/adapters/http. In a Jest test of the server, write `@jest-environment node` at the top of the file.',
  );
}

export const oidcProfiles = {};

export {
  refuse as createApprovals,
  refuse as createAuthsignalServerAdapter,
  refuse as createCibaHandler,
  refuse as createCibaInbox,
  refuse as createMemoryDeviceStore,
  refuse as createMemoryStore,
  refuse as createOidcAdapter,
  refuse as createRedisDeviceStore,
  refuse as createRedisStore,
  refuse as createTotpVerifier,
  refuse as forwardedClientAddress,
  refuse as keycloakChannel,
  refuse as nodeClientAddress,
  refuse as nodeRequest,
  refuse as privateKeyJwt,
  refuse as toNodeListener,
};
