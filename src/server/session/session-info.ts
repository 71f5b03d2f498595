import type { SessionInfo } from '../../contract/index.js';
import { validateText } from '../../contract/validate.js';
import type { Context } from '../context.js';

const UNKNOWN: SessionInfo = { refreshable: false };

const time = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

/** What the adapter says of a session. Apps write their own adapters, so each field is validated. */
export function readSessionInfo<Session>({ adapter }: Context<Session>, session: Session): SessionInfo {
  const info = adapter.sessionInfo?.(session);
  if (!info) return UNKNOWN;
  const { accessToken, refreshable } = info;
  const token = validateText(accessToken?.token);
  const fields = {
    expiresAt: time(info.expiresAt),
    endsAt: time(info.endsAt),
    subject: validateText(info.subject),
    sid: validateText(info.sid),
    issuedAt: time(info.issuedAt),
    acr: validateText(info.acr),
  };
  return {
    refreshable: refreshable === true && adapter.refresh !== undefined,
    ...(token !== undefined && { accessToken: { token, type: accessToken?.type === 'DPoP' ? 'DPoP' : 'Bearer' } }),
    ...(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<SessionInfo>),
  };
}
