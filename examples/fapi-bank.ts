import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { importPKCS8 } from 'jose';
import { createOidcAdapter, type OidcAdapter, type OidcFetch, privateKeyJwt } from 'react-ciba/adapters/oidc';
import { Agent, fetch as undiciFetch } from 'undici';

interface BankFiles {
  /** The client certificate with its chain, and its private key, as PEM. */
  readonly certificate: string;
  readonly certificateKey: string;
  /** The CA of the provider's certificate, as PEM. */
  readonly ca: string;
  /** The key that signs requests, as PEM (PKCS #8). */
  readonly signingKey: string;
}

/**
 * A `fetch` that presents the client certificate. It reads the files for each request, and goes on with what it has while a
 * renewal is half done.
 */
function presentCertificate({ certificate, certificateKey, ca }: BankFiles): OidcFetch {
  let agent: Agent | undefined;
  let presented = '';

  function readAgain(): Agent {
    const connect = { cert: readFileSync(certificate), key: readFileSync(certificateKey), ca: readFileSync(ca) };
    const read = Object.values(connect).join();
    if (agent && read === presented) return agent;
    // Throws if the key isn't that of the certificate.
    createSecureContext(connect);
    // Requests that are under way finish on their own connection.
    void agent?.close();
    presented = read;
    return new Agent({ connect });
  }

  return (url, init) => {
    try {
      agent = readAgain();
    } catch (caught) {
      if (!agent) throw caught;
    }
    return undiciFetch(url, { ...init, dispatcher: agent });
  };
}

export async function createBankAdapter(issuer: string, clientId: string, files: BankFiles): Promise<OidcAdapter> {
  const key = await importPKCS8(readFileSync(files.signingKey, 'utf8'), 'ES256');
  const signing = { key, kid: 'client-1' };
  return createOidcAdapter({
    profile: 'fapi-ciba',
    issuer,
    clientId,
    clientAuthentication: privateKeyJwt(signing),
    requestObject: signing,
    idToken: { alg: 'ES256' },
    fetch: presentCertificate(files),
  });
}
