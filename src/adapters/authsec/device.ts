import { CibaError } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { validateText } from '../../contract/validate.js';
import { createBearerSend } from './bearer.js';
import type { AuthSecUserConnection } from './bearer.js';

export type AuthSecDeviceOptions = AuthSecUserConnection;

/** A phone that AuthSec sends pushes to. */
export interface AuthSecDeviceDetails {
  /** The Expo push token of the app on this phone. AuthSec updates a device that it knows already. */
  readonly deviceToken: string;
  readonly platform: 'ios' | 'android';
  readonly deviceName?: string;
  readonly deviceModel?: string;
  readonly appVersion?: string;
  readonly osVersion?: string;
}

/** A request that waits for the user's answer. */
export interface AuthSecPendingRequest {
  /** AuthSec's `auth_req_id`. On older servers anyone who has it can collect the approval, so never log or display it. */
  readonly authReqId: string;
  readonly email?: string;
  readonly clientId?: string;
  readonly bindingMessage?: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. Absent if AuthSec doesn't say. */
  readonly createdAt?: number;
  /** Milliseconds since 1970. Absent if AuthSec doesn't say. */
  readonly expiresAt?: number;
}

/** The second argument of every call. */
export interface AuthSecResponseOptions {
  /** Aborts when the answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** The phone's side of AuthSec, for one signed-in user. */
export interface AuthSecDevice {
  /** Registers the phone for pushes, or updates it. @throws CibaError, or the signal's reason after an abort */
  register(device: AuthSecDeviceDetails, options: AuthSecResponseOptions): Promise<{ readonly deviceId: string }>;
  /**
   * Returns the user's open requests, newest first.
   * @throws CibaError `misconfigured` in the admin flow, which has no such list; or the signal's reason after an abort
   */
  listPending(options: AuthSecResponseOptions): Promise<readonly AuthSecPendingRequest[]>;
  /**
   * Approves or denies a request.
   * @throws CibaError `refused` if AuthSec doesn't accept the answer: the request is unknown, over, answered already or
   * another user's; or the signal's reason after an abort
   */
  respond(
    authReqId: string,
    answer: {
      readonly approved: boolean;
      /** Whether the phone checked the user's fingerprint or face. AuthSec only records it. @default false */
      readonly biometricVerified?: boolean;
    },
    options: AuthSecResponseOptions,
  ): Promise<void>;
}

/**
 * Creates the phone's side of AuthSec: register a phone, list its open requests, answer them. Use it in an approver's app of
 * your own, with the access token of the user. Each object serves one user.
 *
 * Its methods throw `CibaError`, or the signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` if an option is invalid
 * @example
 * declare const session: { accessToken: string };
 * const device = createAuthSecDevice({
 *   baseUrl: 'production',
 *   clientId: '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10',
 *   token: session.accessToken,
 * });
 */
export function createAuthSecDevice(options: AuthSecDeviceOptions): AuthSecDevice {
  const send = createBearerSend(options);

  return {
    async register({ deviceToken, platform, deviceName, deviceModel, appVersion, osVersion }, call) {
      const fields = {
        device_token: deviceToken,
        platform,
        device_name: deviceName,
        device_model: deviceModel,
        app_version: appVersion,
        os_version: osVersion,
      };
      const response = await send('ciba/register-device', fields, call);
      const deviceId = validateText(response.body['device_id']);
      if (response.body['success'] !== true || deviceId === undefined) throw response.toError();
      return { deviceId };
    },

    async listPending(call) {
      if (!options.clientId) {
        throw misconfigured('AuthSec lists the open requests of end users only. Set `clientId`.');
      }
      const response = await send('ciba/requests', undefined, call);
      const { success, requests } = response.body;
      // Go prints an empty list as null.
      const list: unknown = requests ?? [];
      if (success !== true || !Array.isArray(list)) throw response.toError();
      return list.map(readRequest).filter((request) => request !== undefined);
    },

    async respond(authReqId, { approved, biometricVerified = false }, call) {
      const fields = { auth_req_id: authReqId, approved, biometric_verified: biometricVerified };
      const response = await send('ciba/respond', fields, call);
      if (response.body['success'] === true) return;
      // The flow for end users says no with 200.
      if (response.body['success'] === false) {
        throw new CibaError(
          'refused',
          "AuthSec accepted no answer to this request. It may be over, answered already, or another user's. Call `listPending` again.",
        );
      }
      throw response.toError(response.status === 400 ? 'refused' : undefined);
    },
  };
}

/** Reads one request of the list, or `undefined` if it has no ID, so that it can't be answered. */
function readRequest(value: unknown): AuthSecPendingRequest | undefined {
  const fields = Object(value) as Record<string, unknown>;
  const authReqId = validateText(fields['auth_req_id']);
  if (authReqId === undefined) return undefined;
  const email = validateText(fields['user_email']);
  const clientId = validateText(fields['client_id']);
  const bindingMessage = validateText(fields['binding_message']);
  const createdAt = readTime(fields['created_at']);
  const expiresAt = readTime(fields['expires_at']);
  return {
    authReqId,
    ...(email !== undefined && { email }),
    ...(clientId !== undefined && { clientId }),
    ...(bindingMessage !== undefined && { bindingMessage }),
    scopes: Array.isArray(fields['scopes']) ? fields['scopes'].map(String) : [],
    ...(createdAt !== undefined && { createdAt }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Seconds since 1970, or a date as Go prints it; AuthSec's API has both. Returns milliseconds. */
function readTime(value: unknown): number | undefined {
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  return Number.isFinite(time) && time > 0 ? time : undefined;
}
