// Replaces the server entries in bundles for browsers and for the Edge runtime of Next (the conditions `browser` and
// `edge-light` in package.json). Without it, a bundler would fail on node:crypto and not say what to do.

const IN_BROWSER =
  'createCibaHandler and the other server functions of react-ciba hold secrets, so they cannot run in a browser. Import them in server code only; in the page, use createHttpAdapter from react-ciba/adapters/http. In a Jest test of the server, write `@jest-environment node` at the top of the file.';

const IN_EDGE_RUNTIME =
  "createCibaHandler and the other server functions of react-ciba need Node.js, and this file runs in the Edge runtime. In a route or a page of Next, write `export const runtime = 'nodejs'`; instead of middleware.ts, use proxy.ts (Next 16), which runs in Node.js.";

function refuse(): never {
  // Vercel's and Next's Edge runtime define this variable, to be told apart by.
  throw new Error('EdgeRuntime' in globalThis ? IN_EDGE_RUNTIME : IN_BROWSER);
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
