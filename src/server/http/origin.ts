import { CibaError } from '../../contract/index.js';

/** Browsers treat these as secure without https (Secure Contexts §3.1). */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

/**
 * Checks the public origin that the handler was given and answers whether it is https.
 * @throws CibaError `misconfigured` unless it is a bare https origin, or http on loopback
 */
export function isSecureOrigin(origin: string): boolean {
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : null;
  if (!url || url.origin !== origin) {
    throw new CibaError(
      'misconfigured',
      `createCibaHandler needs \`origin\`, the public origin of the app without a path or a closing slash, such as "https://app.example"; it got ${JSON.stringify(origin)}.`,
    );
  }
  if (url.protocol === 'https:') return true;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return false;
  throw new CibaError(
    'misconfigured',
    `createCibaHandler refuses the origin ${origin}: cookies that sign a user in may not travel in the clear, so serve the app over https (plain http is for localhost only).`,
  );
}
