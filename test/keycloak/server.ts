import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { copyEmptyDatabase, freePort, startKeycloak } from '../../scripts/find-keycloak.mjs';
import type { Keycloak } from '../../scripts/find-keycloak.mjs';
import { createCertificateAuthority } from '../support/certificates.js';
import type { Certificate } from '../support/certificates.js';

declare module 'vitest' {
  interface ProvidedContext {
    installedKeycloak: Keycloak;
    server: {
      readonly origin: string;
      /** The same Keycloak over https, with a certificate of this CA alone. */
      readonly secureOrigin: string;
      /** The CA's certificate, as PEM. Keycloak trusts it, and no one else does. */
      readonly ca: string;
      /** Certificates of this CA, by whose they are. */
      readonly certificates: Readonly<Record<'bank' | 'expired' | 'app', Certificate>>;
      /** Where Keycloak tells of requests: a test file listens there. */
      readonly channelPort: number;
      /** Stops Keycloak at /stop and starts it again at /start; answers when that is done. */
      readonly control: string;
    };
  }
}

/** Starts the Keycloak of a project with an empty database. */
export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const { home, version } = project.getProvidedContext().installedKeycloak;
  const data = mkdtempSync(join(tmpdir(), 'react-ciba-keycloak-'));
  copyEmptyDatabase(home, data);
  const [port, securePort, channelPort] = [await freePort(), await freePort(), await freePort()];

  const ca = createCertificateAuthority();
  const own = ca.issue({ subject: 'localhost', usage: 'server' });
  const tls = {
    port: securePort,
    certificate: join(data, 'keycloak.pem'),
    key: join(data, 'keycloak-key.pem'),
    ca: join(data, 'ca.pem'),
  };
  writeFileSync(tls.certificate, own.cert);
  writeFileSync(tls.key, own.key);
  writeFileSync(tls.ca, ca.cert);
  const start = () => startKeycloak({ home, port, data, tls, channel: `http://127.0.0.1:${channelPort}/channel` });

  let keycloak = await start();
  console.log(`Keycloak ${version} answers at ${keycloak.origin}.`);
  const control = createServer((request, response) => {
    const done = request.url === '/stop' ? keycloak.stop() : start().then((started) => void (keycloak = started));
    void done.then(() => response.end());
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  const { port: controlPort } = control.address() as AddressInfo;
  project.provide('server', {
    origin: keycloak.origin,
    secureOrigin: `https://localhost:${securePort}`,
    ca: ca.cert,
    certificates: {
      bank: ca.issue({ subject: 'bank', usage: 'client' }),
      expired: ca.issue({ subject: 'bank', usage: 'client', notAfter: new Date(Date.now() - 60_000) }),
      app: ca.issue({ subject: 'localhost', usage: 'server' }),
    },
    channelPort,
    control: `http://127.0.0.1:${controlPort}`,
  });

  return async () => {
    control.close();
    await keycloak.stop();
    rmSync(data, { recursive: true, force: true });
  };
}
