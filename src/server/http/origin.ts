import { misconfigured } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';

/**
 * Checks the public origin that the handler was given, and returns whether it is https.
 * @throws CibaError `misconfigured` unless it is a bare https origin, or http on loopback
 */
export function isSecureOrigin(origin: string): boolean {
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : null;
  if (!url || url.origin !== origin) {
    throw misconfigured(
      `createCibaHandler needs \`origin\`, the public origin of the app without a path or a closing slash, such as "https://app.example"; it got ${JSON.stringify(origin)}.`,
    );
  }
  if (!isHttpsOrLoopback(url)) {
    throw misconfigured(
      `createCibaHandler refuses the origin ${origin}: cookies that sign a user in may not travel in the clear, so serve the app over https (plain http is for localhost only).`,
    );
  }
  return url.protocol === 'https:';
}
