import type { Account, Backend, Flow, TotpDevice } from './backend.js';
import { randomBytes, toBase32, totpCode, totpStep } from '../shared/crypto.js';
import type { Call, Reply } from './http.js';
import { clientProblem, malformed, reply, textField, withBearer } from './http.js';

/** The number of wrong codes that causes AuthSec's own lockout. */
const ATTEMPTS_UNTIL_LOCKOUT = 5;
/** How long a lockout lasts, and how long wrong codes count. */
const LOCKOUT_MS = 15 * 60_000;

const LOCKED = 'too many failed attempts; this account is temporarily locked, try again later';

/** `POST …/totp/login` */
export async function login(call: Call): Promise<Reply> {
  const { backend, flow } = call;
  const email = textField(call, 'email');
  const clientId = textField(call, 'client_id');
  const code = textField(call, 'totp_code');
  if (email === undefined) return malformed(call, 'Email');
  if (code?.length !== 6) return malformed(call, 'TOTPCode');
  if (flow === 'tenant') {
    if (clientId === undefined) return malformed(call, 'ClientID');
    // The newer generation looks the client up in a table that is always empty.
    const stub = call.generation === 'workspace' && 'Client not found or not mapped to tenant';
    const problem = stub || clientProblem(call, clientId);
    if (problem) return reply(401, { success: false, message: problem });
  }

  const account = backend.findAccount(flow === 'admin' ? email : email.toLowerCase());
  const elsewhere = flow === 'tenant' && account?.client.clientId !== clientId?.toLowerCase();
  if (!account || elsewhere) return refuse(flow, 404, 'User not found', 'User not found');
  if (backend.now() < account.lockedUntil) return refuse(flow, 429, LOCKED, LOCKED);
  const devices = account.totpDevices.filter((device) => isLive(device));
  if (devices.length === 0) {
    return refuse(flow, 400, 'no TOTP devices registered', 'No TOTP devices registered for this user');
  }
  if (!(await takeCode(backend, account, devices, code))) {
    return refuse(flow, 400, 'Invalid TOTP code', 'Invalid TOTP code');
  }
  const { token } = await backend.issueToken(flow, call.generation, account);
  const message = flow === 'admin' ? 'Login successful' : 'Authentication successful';
  return reply(200, { success: true, token, message });
}

/** Errors of the admin flow have a status for each reason, those of the tenant flow always 401. */
function refuse(flow: Flow, status: number, error: string, message: string): Reply {
  return flow === 'admin' ? reply(status, { error }) : reply(401, { success: false, message });
}

/** An end user's secret is active even before it is confirmed. */
function isLive({ confirmed, flow }: TotpDevice): boolean {
  return confirmed || flow === 'tenant';
}

/** Checks a code against the current and adjacent time steps. Counts wrong codes and locks out as the knobs say. */
async function takeCode(
  { knobs, now }: Backend,
  account: Account,
  devices: readonly TotpDevice[],
  code: string,
): Promise<boolean> {
  const step = await findStep(devices, code, totpStep(now()));
  if (step !== undefined && !(knobs.replay === 'reject' && account.usedSteps.has(step))) {
    account.usedSteps.add(step);
    account.wrongCodes = [];
    return true;
  }
  account.wrongCodes = [...account.wrongCodes.filter((at) => at > now() - LOCKOUT_MS), now()];
  if (knobs.lockout === '5/15min' && account.wrongCodes.length >= ATTEMPTS_UNTIL_LOCKOUT) {
    account.lockedUntil = now() + LOCKOUT_MS;
    account.wrongCodes = [];
  }
  return false;
}

async function findStep(devices: readonly TotpDevice[], code: string, present: number): Promise<number | undefined> {
  for (const { secret } of devices) {
    for (const step of [present, present - 1, present + 1]) {
      if ((await totpCode(secret, step)) === code) return step;
    }
  }
  return undefined;
}

/** `POST …/totp/register` */
export const register = withBearer((call, account) => {
  const name = textField(call, 'device_name');
  if (name === undefined) return reply(400, { error: 'device_name is required' });
  const { flow } = call;
  const secret = toBase32(randomBytes(20));
  const device: TotpDevice = { id: crypto.randomUUID(), name, secret, flow, confirmed: false };
  account.totpDevices.push(device);
  const issuer = flow === 'admin' ? 'AuthSec' : 'AuthSec Tenant Auth';
  return reply(200, {
    success: true,
    secret,
    // AuthSec does not percent-encode the label.
    qr_code_url: `otpauth://totp/${issuer}:${account.email}?secret=${secret}&issuer=${issuer}&algorithm=SHA1&digits=6&period=30`,
    device_id: device.id,
    backup_codes: Array.from({ length: 10 }, createBackupCode),
    message: 'Scan the QR code with your authenticator app',
  });
});

function createBackupCode(): string {
  return Array.from(randomBytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `POST …/totp/confirm` */
export const confirm = withBearer(async (call, account) => {
  const { backend, flow } = call;
  const id = textField(call, 'device_id');
  const code = textField(call, 'totp_code');
  if (id === undefined) return malformed(call, 'DeviceID');
  if (code?.length !== 6) return malformed(call, 'TOTPCode');
  const device = account.totpDevices.find((one) => one.id === id);
  if (!device) return refuseConfirm(flow, 'device not found');
  if ((await findStep([device], code, totpStep(backend.now()))) === undefined) {
    return refuseConfirm(flow, 'invalid TOTP code');
  }
  device.confirmed = true;
  return reply(200, { success: true, message: 'Device confirmed', device_id: id, device_name: device.name });
});

function refuseConfirm(flow: Flow, details: string): Reply {
  return flow === 'admin'
    ? reply(400, { error: 'Failed to confirm registration', details })
    : reply(400, { success: false, message: details, device_id: '', device_name: '' });
}
