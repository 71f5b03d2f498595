import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import type { CibaServerEvent } from 'react-ciba/server';

const logger = logs.getLogger('react-ciba');

/** Writes every event as a log record, by OpenTelemetry's semantic conventions. */
export function onEvent({ type, account, ...details }: CibaServerEvent): void {
  const { code, message, ...rest } = details as Record<string, string | number | boolean | undefined>;
  const attributes = Object.fromEntries(Object.entries(rest).map(([name, value]) => [`ciba.${name}`, value]));
  if (account !== undefined) attributes['enduser.pseudo.id'] = account;
  if (code !== undefined) attributes['error.type'] = code;
  const severityNumber = type === 'failed' ? SeverityNumber.ERROR : SeverityNumber.INFO;
  logger.emit({ eventName: `ciba.${type}`, severityNumber, attributes, body: message });
}
