import type { Account, Approval, Backend, Flow } from './backend.js';
import type { Call, Reply } from './http.js';
import { clientProblem, malformed, reply, textField, withBearer } from './http.js';

const DEFAULT_SCOPES = ['openid', 'email', 'profile'];
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** `POST …/ciba/initiate` */
export function initiate(call: Call): Reply {
  const { backend, flow, fields } = call;
  const hint = textField(call, flow === 'admin' ? 'login_hint' : 'email');
  const clientId = textField(call, 'client_id');
  const message = textField(call, 'binding_message');
  if (hint === undefined) return malformed(call, flow === 'admin' ? 'LoginHint' : 'Email');

  if (flow === 'admin') {
    if (backend.knobs.auth === 'basic' && clientId === undefined && textField(call, 'workspace_id') === undefined) {
      return refuse(400, 'invalid_request', 'workspace_id or client_id is required');
    }
  } else {
    if (needsClient(call, clientId)) return malformed(call, 'ClientID');
    if (!EMAIL.test(hint)) return malformed(call, 'Email');
    const problem = clientId !== undefined && clientProblem(call, clientId);
    if (problem) return refuse(400, 'invalid_client', problem);
    if (!hasBasic(call, clientId)) return noBasic(true);
  }
  // A column of 255 characters: the database refuses a longer text.
  if (Array.from(message ?? '').length > 255) return serverFault(flow, 'Failed to initiate CIBA');

  const account = backend.findAccount(flow === 'admin' ? hint : hint.toLowerCase());
  const elsewhere = clientId !== undefined && isElsewhere(call, account, clientId);
  if (!account || elsewhere) return refuse(400, 'user_not_found', `User not found: ${hint}`);
  const device = account.devices.at(-1);
  if (!device) {
    // The admin flow says so with 200.
    const status = flow === 'admin' ? 200 : 400;
    return refuse(status, 'no_device_registered', 'User has no registered push notification devices');
  }
  const scopes = Array.isArray(fields?.['scopes']) ? fields['scopes'].map(String) : DEFAULT_SCOPES;
  const { approval, expires_in, interval } = backend.start(flow, account, device, message, scopes);
  return reply(200, {
    auth_req_id: approval.authReqId,
    expires_in,
    interval,
    message:
      flow === 'admin' ? "Push notification sent to user's device" : 'Push notification sent to your registered device',
  });
}

/** A failed start returns the fields of a successful one, zeroed. */
function refuse(status: number, error: string, error_description: string): Reply {
  return reply(status, { auth_req_id: '', expires_in: 0, interval: 0, error, error_description });
}

export function serverFault(flow: Flow, error: string): Reply {
  return flow === 'admin' ? reply(500, { error, details: 'emulated fault' }) : reply(500, { error: 'emulated fault' });
}

/** Workspaces know their clients by other means, so their paths take requests without a client too. */
function needsClient({ generation }: Call, clientId: string | undefined): boolean {
  return clientId === undefined && generation === 'tenant';
}

/** An end user belongs to one client. */
function isElsewhere({ flow }: Call, account: Account | undefined, clientId: string): boolean {
  return flow === 'tenant' && account?.client.clientId !== clientId.toLowerCase();
}

function hasBasic({ backend, request }: Call, clientId: string | undefined): boolean {
  if (backend.knobs.auth === 'none') return true;
  const secret = backend.findClient(clientId)?.clientSecret;
  return request.headers.get('authorization') === `Basic ${btoa(`${clientId}:${secret}`)}`;
}

function noBasic(zeroed: boolean): Reply {
  const text = 'client authentication required (HTTP Basic client_id:client_secret)';
  return zeroed
    ? refuse(401, 'invalid_client', text)
    : reply(401, { error: 'invalid_client', error_description: text });
}

/** What the two flows say and with which status. */
const POLL_TEXTS = {
  admin: {
    pending: [200, 'User has not responded yet'],
    denied: [403, 'User denied the authentication request'],
    unknown: [400, 'Request not found or expired'],
    expired: [400, 'Request expired'],
    consumed: [400, 'Request already used'],
  },
  tenant: {
    pending: [202, 'User has not responded to authentication request'],
    denied: [400, 'User denied the authentication request'],
    unknown: [400, 'Authentication request not found'],
    expired: [400, 'Authentication request has expired'],
    consumed: [400, 'Invalid request state'],
  },
} as const;

const POLL_ERRORS = {
  pending: 'authorization_pending',
  denied: 'access_denied',
  unknown: 'expired_token',
  expired: 'expired_token',
  consumed: 'expired_token',
} as const;

/** `POST …/ciba/token` */
export async function token(call: Call): Promise<Reply> {
  const { backend, flow } = call;
  const authReqId = textField(call, 'auth_req_id');
  const clientId = textField(call, 'client_id');
  if (authReqId === undefined) return malformed(call, 'AuthReqID');
  if (flow === 'tenant') {
    if (needsClient(call, clientId)) return malformed(call, 'ClientID');
    const problem = clientId !== undefined && clientProblem(call, clientId);
    if (problem) return reply(400, { error: 'invalid_client', error_description: problem });
    if (!hasBasic(call, clientId)) return noBasic(false);
  }

  const approval = backend.approvals.get(authReqId);
  const tenantId = clientId === undefined ? undefined : backend.findClient(clientId)?.tenantId;
  const foreign = flow === 'tenant' && clientId !== undefined && approval?.account.client.tenantId !== tenantId;
  const status = !approval || approval.flow !== flow || foreign ? 'unknown' : statusOf(backend, approval);
  if (status !== 'approved' || !approval) {
    const [http, description] = POLL_TEXTS[flow][status === 'approved' ? 'unknown' : status];
    if (status === 'pending' && approval && isTooEarly(backend, approval)) {
      return reply(400, { error: 'slow_down', error_description: 'The poll came before its interval was over' });
    }
    return reply(http, {
      error: POLL_ERRORS[status === 'approved' ? 'unknown' : status],
      error_description: description,
    });
  }
  approval.status = 'consumed';
  const issued = await backend.issueToken(flow, call.generation, approval.account, approval.scopes);
  return reply(200, {
    access_token: issued.token,
    token_type: 'Bearer',
    expires_in: issued.expires_in,
    scope: (flow === 'admin' ? DEFAULT_SCOPES : approval.scopes).join(' '),
  });
}

/** The lifetime is checked first: an approval that was not fetched in time has expired. */
function statusOf({ now }: Backend, approval: Approval): Approval['status'] | 'expired' {
  return now() > approval.expiresAt ? 'expired' : approval.status;
}

function isTooEarly({ knobs, now }: Backend, approval: Approval): boolean {
  const last = approval.lastPolledAt;
  approval.lastPolledAt = now();
  const early = knobs.slowDown && last !== undefined && now() - last < approval.interval * 1000;
  if (early) approval.interval += 5;
  return early;
}

/** Applies the phone's answer. Returns what is wrong, or `null`. */
export function decide(
  backend: Backend,
  approval: Approval | undefined,
  approved: boolean,
): keyof typeof RESPOND_TEXTS | null {
  if (!approval) return 'unknown';
  if (statusOf(backend, approval) === 'expired') return 'expired';
  if (approval.status !== 'pending') return 'answered';
  approval.status = approved ? 'approved' : 'denied';
  return null;
}

const RESPOND_TEXTS = {
  unknown: ['invalid auth_req_id', 'Authentication request not found or expired'],
  expired: ['request expired', 'Authentication request not found or expired'],
  answered: ['request already processed', 'Authentication request is no longer pending'],
} as const;

/** `POST …/ciba/respond`: in the admin flow any user with a token may respond, in the tenant flow only the user of the request. */
export const respond = withBearer((call, account) => {
  const { backend, flow, fields } = call;
  const authReqId = textField(call, 'auth_req_id');
  if (authReqId === undefined) return malformed(call, 'AuthReqID');
  const found = backend.approvals.get(authReqId);
  const approval = found?.flow === flow ? found : undefined;
  if (flow === 'tenant' && approval && approval.account !== account) {
    return reply(200, { success: false, message: 'Not authorized to respond to this request' });
  }
  const approved = fields?.['approved'] === true;
  const problem = decide(backend, approval, approved);
  if (problem === null) {
    return reply(200, { success: true, message: `Authentication ${approved ? 'approved' : 'denied'}` });
  }
  const [details, message] = RESPOND_TEXTS[problem];
  return flow === 'admin'
    ? reply(400, { error: 'Failed to respond', details })
    : reply(200, { success: false, message });
});

/** `GET /tenant/ciba/requests`, newest first. */
export const listRequests = withBearer(({ backend }, account) => {
  const open = [...backend.approvals.values()].filter(
    (approval) =>
      approval.flow === 'tenant' && approval.account === account && statusOf(backend, approval) === 'pending',
  );
  const seconds = (time: number) => Math.floor(time / 1000);
  return reply(200, {
    success: true,
    requests: open.toReversed().map((approval) => ({
      id: approval.id,
      auth_req_id: approval.authReqId,
      user_id: account.id,
      tenant_id: account.client.tenantId,
      user_email: account.email,
      client_id: approval.clientId,
      device_token_id: approval.device.id,
      binding_message: approval.bindingMessage,
      scopes: approval.scopes,
      status: 'pending',
      biometric_verified: false,
      expires_at: seconds(approval.expiresAt),
      created_at: seconds(approval.createdAt),
      last_polled_at: approval.lastPolledAt && seconds(approval.lastPolledAt),
    })),
  });
});

/** `POST …/ciba/register-device` */
export const registerDevice = withBearer((call, account) => {
  const { backend, flow } = call;
  const deviceToken = textField(call, 'device_token');
  const platform = textField(call, 'platform');
  if (deviceToken === undefined) return malformed(call, 'DeviceToken');
  if (platform === undefined || (flow === 'tenant' && !['ios', 'android'].includes(platform))) {
    return malformed(call, 'Platform');
  }
  const known = account.devices.find((device) => device.token === deviceToken);
  const device = known ?? backend.createDevice(deviceToken, platform);
  if (known) known.platform = platform;
  else account.devices.push(device);
  const updated = known && flow === 'tenant';
  return reply(200, {
    success: true,
    device_id: device.id,
    message: updated ? 'Device updated successfully' : 'Device registered successfully',
  });
});
