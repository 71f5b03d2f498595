// What is used of the package, so that bundlers leave out the rest of what is loaded later.
export { startAuthentication, startRegistration, WebAuthnAbortService } from '@simplewebauthn/browser';
