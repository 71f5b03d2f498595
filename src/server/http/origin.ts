import { misconfigured } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';

/**
 * Checks the public origin that the handler was given, and returns whether it is https.
 * @throws CibaError `misconfigured` unless it is a bare https origin, or http on loopback
 */
export function isSecureOrigin(origin: string, usedBy = 'createCibaHandler'): boolean {
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : null;
  if (!url || url.origin !== origin) {
    throw misconfigured(
      `${usedBy} needs \`origin\`, the app's public origin without a path or a trailing slash, such as "https://app.example". It got ${JSON.stringify(origin)}.`,
    );
  }
  if (!isHttpsOrLoopback(url)) {
    throw misconfigured(
      `The \`origin\` of ${usedBy} is ${origin}, which isn't https. Cookies that sign a user in must not travel in the clear. Serve the app over https; plain http is for localhost only.`,
    );
  }
  return url.protocol === 'https:';
}
