'use client';

import type { Connection } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import * as Login from './parts.js';

/** Says that the connection is lost, for as long as it is. */
export function ConnectionNotice({ connection }: { connection: Connection }) {
  const messages = useMessages();
  return connection === 'ok' ? null : (
    <Login.Notice data-tone="warning">{messages[`polling.${connection}`]}</Login.Notice>
  );
}
