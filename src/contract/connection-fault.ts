import { systemCodeOf } from './system-code.js';

// Why a connection failed, as Node says it. Used on servers only: a browser tells no reason.

/** Why there is no connection. */
export interface ConnectionFault {
  /** Node's code, such as ECONNREFUSED, if there is one. */
  readonly code: string | undefined;
  /** What a developer can do, if the reason is known. */
  readonly advice: string | undefined;
  /** Whether it is about a certificate or TLS, so that no retry helps. */
  readonly isLasting: boolean;
}

/** What is wrong with a certificate, by Node's code. `{name}` is who presented it. */
const CERTIFICATE_ADVICE: ReadonlyMap<unknown, string> = new Map([
  [
    'CERT_HAS_EXPIRED',
    "The certificate of {name} has expired, or this server's clock is wrong. Renew the certificate.",
  ],
  ['CERT_NOT_YET_VALID', "The certificate of {name} isn't valid yet. Check this server's clock."],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'The certificate of {name} is for another host name. Use the name that it is for, or issue one for this name.',
  ],
  ['CERT_REVOKED', 'The certificate of {name} was revoked. Renew it.'],
  ['INVALID_PURPOSE', 'The certificate of {name} is not for servers. Issue one with the key usage "server".'],
  ...[
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_UNTRUSTED',
    // A CA that was made anew under the same name.
    'CERT_SIGNATURE_FAILURE',
  ].map(
    (code) =>
      [
        code,
        "This server doesn't trust the CA that issued the certificate of {name}. Name the CA's file in the environment variable NODE_EXTRA_CA_CERTS before Node starts, pass a `fetch` that trusts it, or have the whole chain sent.",
      ] as const,
  ),
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'There is no TLS at this port. Check scheme and port of the address, and whether a proxy is in between.',
  ],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'A client certificate is required. Pass a `fetch` that presents the registered one.',
  ],
  [
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'The client certificate has expired, says {name}. Renew it, and check the clocks of both.',
  ],
  [
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'The CA of the client certificate is not trusted by {name}. Present the certificate that the client is registered with, with its whole chain.',
  ],
  ...['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN'].map(
    (code) =>
      [
        code,
        'The client certificate was rejected by {name}. Present the one that the client is registered with, and check that it has not expired.',
      ] as const,
  ),
]);

/** What else OpenSSL and Node say of certificates (OpenSSL's X509_V_ERR codes) and of TLS, by their names. */
const CERTIFICATE_KINDS: readonly (readonly [RegExp, string])[] = [
  [
    /^ERR_(?:SSL|TLS)_|^EPROTO$/,
    'TLS could not be set up with {name}. Check that both sides support a common version (1.2 or newer) and cipher, and whether a client certificate is required.',
  ],
  [
    /^(?:CERT|CRL|UNABLE_TO|ERROR_IN|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH)|_CERTS?(?:_|$)/,
    'This server rejects the certificate of {name}. Have a valid one issued, or look the code up in the documentation of OpenSSL.',
  ],
];

/** Why there is no connection, by Node's code, and what to do. */
const NETWORK_ADVICE: ReadonlyMap<unknown, string> = new Map([
  ['ENOTFOUND', "DNS doesn't know its host name. Check the address and this server's DNS."],
  ['EAI_AGAIN', "DNS didn't answer. Check this server's DNS."],
  ['ECONNREFUSED', 'Nothing listens there. Check that it is running, and its port.'],
  ...['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].map(
    (code) =>
      [
        code,
        'It closed the connection before it answered. Check its log, whether a proxy is in between, and whether this port wants https. If it wants a client certificate, check that `fetch` presents the registered one, and that it has not expired.',
      ] as const,
  ),
  ['UND_ERR_HEADERS_OVERFLOW', 'Its headers are too large. Check what a proxy in between adds, such as cookies.'],
]);

/** What `fetch` says without a code, in its own fixed words. */
const FETCH_ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /redirect/,
    "It answered with a redirect, which isn't followed. Check the address, and whether a login page of a proxy is in between.",
  ],
  [/more than 1 MB/, "It answered with more than 1 MB, which isn't read. Check whether a proxy is in between."],
  [
    /^bad port$/,
    '`fetch` connects to no port of this number, because other services use it. Serve it at another port.',
  ],
];

/** Reads why a connection failed. `name` is the other side, such as "the provider". */
export function readConnectionFault(caught: unknown, name: string): ConnectionFault {
  const code = systemCodeOf(caught);
  const certificate =
    CERTIFICATE_ADVICE.get(code) ?? CERTIFICATE_KINDS.find(([pattern]) => pattern.test(code ?? ''))?.[1];
  if (certificate !== undefined) return { code, advice: certificate.replace('{name}', name), isLasting: true };
  if (code !== undefined) return { code, advice: NETWORK_ADVICE.get(code), isLasting: false };
  const message = innermostMessage(caught);
  return { code, advice: FETCH_ADVICE.find(([pattern]) => pattern.test(message))?.[1], isLasting: false };
}

/** `fetch` wraps the error that has the reason. */
function innermostMessage(caught: unknown): string {
  const { message, cause } = Object(caught) as { message?: unknown; cause?: unknown };
  if (cause instanceof Error) return innermostMessage(cause);
  return typeof message === 'string' ? message : '';
}
