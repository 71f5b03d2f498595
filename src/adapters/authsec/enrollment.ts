import { CibaError } from '../../contract/index.js';
import type { TotpEnrollment } from '../../contract/index.js';
import { validateText } from '../../contract/validate.js';
import { createBearerSend } from './bearer.js';
import type { AuthSecUserConnection } from './bearer.js';

export type AuthSecEnrollmentOptions = AuthSecUserConnection;

/**
 * Lets a signed-in user add an authenticator app at AuthSec: an end user of your application with a `clientId`, a user of
 * the platform without. Each object serves one user. Its methods throw `CibaError`, or the signal's own reason when they
 * were aborted.
 *
 * Older AuthSec servers accept codes of a new secret before it is confirmed.
 *
 * @throws CibaError `misconfigured` if an option is invalid
 * @example
 * declare const session: { accessToken: string };
 * const enrollment = createAuthSecEnrollment({ baseUrl: 'production', token: session.accessToken });
 */
export function createAuthSecEnrollment(options: AuthSecEnrollmentOptions): TotpEnrollment {
  const send = createBearerSend(options);
  let device: { readonly id: string; readonly backupCodes: readonly string[] } | undefined;

  return {
    async begin(call) {
      const fields = { device_name: 'Authenticator app', device_type: 'generic' };
      const response = await send('totp/register', fields, call);
      const { secret, qr_code_url: url, device_id: id, backup_codes: codes } = response.body;
      // AuthSec's labels have unescaped spaces. The parser turns them into characters that a URI may hold.
      const uri = typeof url === 'string' && URL.canParse(url) ? new URL(url).href : '';
      if (validateText(secret) === undefined || validateText(id) === undefined || !uri.startsWith('otpauth:')) {
        throw response.toError();
      }
      device = { id: String(id), backupCodes: Array.isArray(codes) ? codes.map(String) : [] };
      return { uri, secret: String(secret) };
    },

    async confirm(code, call) {
      call.signal.throwIfAborted();
      if (!device) {
        throw new CibaError('notFound', '`confirm` was called without a secret to confirm. Call `begin` first.');
      }
      const { id, backupCodes } = device;
      const response = await send('totp/confirm', { device_id: id, totp_code: code }, call);
      if (response.body['success'] === true) {
        device = undefined;
        return { status: 'confirmed', ...(backupCodes.length > 0 && { backupCodes }) };
      }
      const message = `${validateText(response.body['details']) ?? ''} ${validateText(response.body['message']) ?? ''}`;
      if (/invalid (totp )?code/i.test(message)) return { status: 'invalidCode' };
      throw response.toError('refused');
    },
  };
}
