import { CibaError } from '../../contract/index.js';
import type { TotpEnrollment } from '../../contract/index.js';
import { createSend, textOf } from './request.js';
import type { AuthSecConnection } from './connection.js';

export type AuthSecEnrollmentOptions = AuthSecConnection & {
  /** The signed-in user's access token, without "Bearer". A function is asked at each call. */
  readonly token: string | (() => string | Promise<string>);
};

/**
 * Lets a user who is signed in add an authenticator app at AuthSec: end users with a `clientId`, users of the platform
 * without. One object serves one user.
 *
 * Older AuthSec servers take codes of a new secret before it is confirmed.
 *
 * @throws CibaError `misconfigured` when an option cannot be used
 * @example
 * declare const session: { accessToken: string };
 * const enrollment = createAuthSecEnrollment({ environment: 'production', token: session.accessToken });
 */
export function createAuthSecEnrollment(options: AuthSecEnrollmentOptions): TotpEnrollment {
  const { token } = options;
  const sendPlain = createSend(options);
  const send: typeof sendPlain = async (path, fields, call) => {
    const bearer = typeof token === 'string' ? token : await token();
    return sendPlain(path, fields, call, { authorization: `Bearer ${bearer}` });
  };
  let device: { readonly id: string; readonly backupCodes: readonly string[] } | undefined;

  return {
    async begin(call) {
      const fields = { device_name: 'Authenticator app', device_type: 'generic' };
      const answer = await send('totp/register', fields, call);
      const { secret, qr_code_url: address, device_id: id, backup_codes: codes } = answer.body;
      // Labels come with bare spaces, which a parser turns into what a URI may hold.
      const uri = typeof address === 'string' && URL.canParse(address) ? new URL(address).href : '';
      if (textOf(secret) === undefined || textOf(id) === undefined || !uri.startsWith('otpauth:')) {
        throw answer.toError();
      }
      device = { id: String(id), backupCodes: Array.isArray(codes) ? codes.map(String) : [] };
      return { uri, secret: String(secret) };
    },

    async confirm(code, call) {
      call.signal.throwIfAborted();
      if (!device) throw new CibaError('notFound', 'There is no secret to confirm. Call begin() first.');
      const { id, backupCodes } = device;
      const answer = await send('totp/confirm', { device_id: id, totp_code: code }, call);
      if (answer.body['success'] === true) {
        device = undefined;
        return { status: 'confirmed', ...(backupCodes.length > 0 && { backupCodes }) };
      }
      const says = `${textOf(answer.body['details']) ?? ''} ${textOf(answer.body['message']) ?? ''}`;
      if (/invalid (totp )?code/i.test(says)) return { status: 'invalidCode' };
      throw answer.toError('refused');
    },
  };
}
