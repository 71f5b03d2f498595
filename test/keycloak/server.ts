import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { copyEmptyDatabase, freePort, startKeycloak } from '../../scripts/find-keycloak.mjs';
import type { Keycloak } from '../../scripts/find-keycloak.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    installedKeycloak: Keycloak;
    server: {
      readonly origin: string;
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
  const [port, channelPort] = [await freePort(), await freePort()];
  const start = () => startKeycloak({ home, port, data, channel: `http://127.0.0.1:${channelPort}/channel` });

  let keycloak = await start();
  console.log(`Keycloak ${version} answers at ${keycloak.origin}.`);
  const control = createServer((request, response) => {
    const done = request.url === '/stop' ? keycloak.stop() : start().then((started) => void (keycloak = started));
    void done.then(() => response.end());
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  const { port: controlPort } = control.address() as AddressInfo;
  project.provide('server', { origin: keycloak.origin, channelPort, control: `http://127.0.0.1:${controlPort}` });

  return async () => {
    control.close();
    await keycloak.stop();
    rmSync(data, { recursive: true, force: true });
  };
}
