import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { importPKCS8 } from 'jose';
import { ClientSecretPost, TlsClientAuth } from 'openid-client';
import type { OidcCheckOptions } from '../adapters/oidc/check.js';
import { oidcProfiles, privateKeyJwt } from '../adapters/oidc/index.js';
import type { OidcAdapterOptions, OidcSigningKey } from '../adapters/oidc/index.js';
import { fetchWithCertificate } from './fetch-with-certificate.js';

const DEFAULT_SECRET_VARIABLE = 'OIDC_CLIENT_SECRET';

export const USAGE = `Usage: react-ciba check --issuer <URL> --client-id <ID> [options]

Checks an OpenID provider for CIBA without a request to any user.
The client secret is read from the environment, so that it stays out of the shell's history.

  --issuer <URL>             the provider, as \`issuer\` of createOidcAdapter
  --client-id <ID>           the client
  --client-secret-env <NAME> the variable that holds the secret (default: ${DEFAULT_SECRET_VARIABLE})
  --secret-in <header|body>  send the secret as client_secret_basic or client_secret_post (default: header)
  --signing-key <FILE>       the client's private key (PEM): authenticate with private_key_jwt
  --key-id <ID>              the \`kid\` of that key
  --certificate <FILE>       the client certificate (PEM), presented to the provider
  --certificate-key <FILE>   its private key (PEM)
  --tls-client-auth          authenticate with the certificate (mTLS); the signing key then only signs requests
  --ca <FILE>                the CA of the provider's certificate (PEM), if it is a private one
  --sign-requests            send signed authentication requests
  --id-token-alg <ALG>       the algorithm that the client's ID tokens are registered with
  --fapi                     the adapter has the security profile "fapi-ciba"; signs requests
  --profile <NAME>           ${Object.keys(oidcProfiles).join(', ')} (default: generic)
  --ping                     the handler has \`ping: true\`
  --acr-values <LEVELS>      the levels that logins will ask for
  --help                     print this text

Exits with 0 if logins can work, 1 if they can't, 2 if the options are wrong.`;

/**
 * Reads the command line. Returns `null` if it asks for help.
 * @throws Error for options that don't exist, lack a value or name a file that can't be used
 */
export async function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<OidcCheckOptions | null> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      issuer: { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret-env': { type: 'string', default: DEFAULT_SECRET_VARIABLE },
      'secret-in': { type: 'string', default: 'header' },
      'signing-key': { type: 'string' },
      'key-id': { type: 'string' },
      certificate: { type: 'string' },
      'certificate-key': { type: 'string' },
      'tls-client-auth': { type: 'boolean', default: false },
      ca: { type: 'string' },
      'sign-requests': { type: 'boolean', default: false },
      'id-token-alg': { type: 'string' },
      fapi: { type: 'boolean', default: false },
      profile: { type: 'string', default: 'generic' },
      ping: { type: 'boolean', default: false },
      'acr-values': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  if (positionals.length !== 1 || positionals[0] !== 'check') throw new Error('The only command is `check`.');

  const { issuer, 'client-id': clientId, 'secret-in': place, fapi, certificate, ca } = values;
  const { 'acr-values': acrValues, 'id-token-alg': alg, 'certificate-key': certificateKey } = values;
  if (!issuer || !clientId) throw new Error('`--issuer` and `--client-id` are required.');
  if (place !== 'header' && place !== 'body') throw new Error('`--secret-in` must be "header" or "body".');
  if ((certificate === undefined) !== (certificateKey === undefined)) {
    throw new Error('`--certificate` and `--certificate-key` go together: give both files, or none.');
  }
  if (values['tls-client-auth'] && certificate === undefined) {
    throw new Error('`--tls-client-auth` needs `--certificate` and `--certificate-key`.');
  }
  const signsRequests = fapi || values['sign-requests'];
  if (signsRequests && values['signing-key'] === undefined) {
    throw new Error(`\`--${fapi ? 'fapi' : 'sign-requests'}\` signs requests, so it needs \`--signing-key\`.`);
  }

  const signing = values['signing-key'] && (await readSigningKey(values['signing-key'], values['key-id']));
  const usesTls = certificate !== undefined || ca !== undefined;
  const tls = {
    ...(certificate !== undefined && { cert: readText('certificate', certificate) }),
    ...(certificateKey !== undefined && { key: readText('certificate-key', certificateKey) }),
    ...(ca !== undefined && { ca: readText('ca', ca) }),
  };
  // `createOidcAdapter` refuses the name of a profile that doesn't exist.
  const provider = values.profile as keyof typeof oidcProfiles;
  return {
    issuer,
    clientId,
    profile: fapi ? { provider, security: 'fapi-ciba' } : provider,
    ping: values.ping,
    ...authenticationOf(values['tls-client-auth'], signing, env[values['client-secret-env']], place),
    ...(signsRequests && signing && { requestObject: signing }),
    ...(alg !== undefined && { idToken: { alg } }),
    ...(usesTls && { fetch: fetchWithCertificate(tls) }),
    // The profile sets it.
    ...(certificate !== undefined && !fapi && { mtls: true }),
    ...(acrValues !== undefined && { acrValues }),
  };
}

function authenticationOf(
  usesCertificate: boolean,
  signing: OidcSigningKey | '' | undefined,
  clientSecret: string | undefined,
  place: 'header' | 'body',
): Pick<OidcAdapterOptions, 'clientSecret' | 'clientAuthentication'> {
  if (usesCertificate) return { clientAuthentication: TlsClientAuth() };
  if (signing) return { clientAuthentication: privateKeyJwt(signing) };
  if (!clientSecret) return {};
  return place === 'body' ? { clientAuthentication: ClientSecretPost(clientSecret) } : { clientSecret };
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (caught) {
    throw new Error(`\`--${option}\` can't be read: ${(caught as Error).message}.`, { cause: caught });
  }
}

/** @throws Error if the file has no private key that signs with PS256 or ES256 */
async function readSigningKey(file: string, kid: string | undefined): Promise<OidcSigningKey> {
  let key: KeyObject;
  try {
    key = createPrivateKey(readText('signing-key', file));
  } catch (caught) {
    if ((caught as Error).message.startsWith('`--')) throw caught;
    throw new Error(`\`--signing-key\` has no private key as PEM without a passphrase: ${file}.`, { cause: caught });
  }
  const alg = key.asymmetricKeyType === 'ec' ? 'ES256' : 'PS256';
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  try {
    return { key: await importPKCS8(pem, alg), ...(kid !== undefined && { kid }) };
  } catch (caught) {
    throw new Error(
      `\`--signing-key\` must be an RSA key or a key on the curve P-256, but it is "${key.asymmetricKeyType}".`,
      { cause: caught },
    );
  }
}
