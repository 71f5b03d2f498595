// Bundles each import from dist with Vite, as an app would, for size-limit to measure (.size-limit.json).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from '../bench/bundle.mjs';

const LOGIN = "export { CibaLogin } from 'react-ciba';";
const HTTP = "export { createHttpAdapter } from 'react-ciba/adapters/http';";
const AUTHSEC = "export { createAuthSecAdapter } from 'react-ciba/adapters/authsec';";

const APPS = {
  login: LOGIN,
  'login-http': LOGIN + HTTP,
  'login-authsec': LOGIN + AUTHSEC,
  hook: "export { useCibaLogin } from 'react-ciba';",
  http: HTTP,
  authsec: AUTHSEC,
  approvals:
    LOGIN +
    "export { ApprovalProvider, CibaApproval, createApprovedFetch, useApprovedFetch } from 'react-ciba/approvals';",
  sessions: "export { CibaSessions, createHttpSessions } from 'react-ciba/sessions';",
  'service-worker': "import { notifyOfRequests } from 'react-ciba/inbox/service-worker'; notifyOfRequests();",
  inbox: LOGIN + "export { CibaDevices, CibaInbox } from 'react-ciba/inbox';",
  'qr-code': "export { InboxQrCode } from 'react-ciba/inbox/qr-code';",
  'totp-input': "export { TotpInput } from 'react-ciba';",
};

const folder = fileURLToPath(new URL('../.size/', import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
/** Apps that load one file later, and the name under which it is measured. */
const LATER = { inbox: 'webauthn' };

for (const [name, source] of Object.entries(APPS)) {
  const [app, later, ...more] = await bundle(source);
  if (more.length > 0 || (later && !LATER[name]))
    throw new Error(
      `${name} was bundled into several files, and size-limit would measure only the first. Remove the dynamic import.`,
    );
  writeFileSync(`${folder}${name}.js`, app.code);
  if (later) writeFileSync(`${folder}${LATER[name]}.js`, later.code);
}
