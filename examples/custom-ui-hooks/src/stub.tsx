import { useCountdown, useMessages, type Announce, type LoginState, type LoginStatus, type PushView } from 'react-ciba';
import { TimeLeft } from './times.js';

const PHONE = 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM11 18h2';
const KEYS = 'M6 7h.01M12 7h.01M18 7h.01M6 12h.01M12 12h.01M18 12h.01M6 17h.01M12 17h.01M18 17h.01';

const GLYPHS: Readonly<Record<LoginStatus, string>> = {
  idle: PHONE,
  pushing: PHONE,
  polling: PHONE,
  totpEntry: KEYS,
  lockedOut: 'M7 11h10v9H7ZM9 11V8a3 3 0 0 1 6 0v3',
  approved: 'm6 12.5 4 4 8-9',
  denied: 'm7 7 10 10M17 7 7 17',
  expired: 'M8 4h8M8 20h8M9 4c0 4 6 4 6 8s-6 4-6 8M15 4c0 4-6 4-6 8s6 4 6 8',
  timedOut: 'M9 7v10M15 7v10',
  failed: 'M12 6v8M12 18v.01',
};

export interface StubProps {
  login: LoginState;
  announce: Announce;
}

/** The part of the ticket to tear off: the number or a sign, and bars that run out with the request. */
export function Stub({ login, announce }: StubProps) {
  const push = 'push' in login ? login.push : null;
  const waiting = login.status === 'polling' || login.status === 'timedOut' ? login.push : null;
  return (
    <div className="ticket-stub">
      {login.status === 'polling' && login.push.displayCode !== undefined ? (
        <DisplayCode code={login.push.displayCode} />
      ) : (
        <svg className="ticket-glyph" viewBox="0 0 24 24" aria-hidden="true" key={login.status}>
          <path d={GLYPHS[login.status]} pathLength="1" />
        </svg>
      )}
      {waiting && <TimeLeft expiresAt={waiting.expiresAt} announce={announce} />}
      {push ? <TimeBars push={push} /> : <Bars percent={login.status === 'expired' ? 0 : 100} />}
    </div>
  );
}

/** The only part of the stub that updates every second. */
function TimeBars({ push: { startedAt, expiresAt } }: { push: PushView }) {
  const seconds = useCountdown(expiresAt);
  const left = seconds === null ? 1 : (seconds * 1000) / Math.max(1, expiresAt - startedAt);
  return <Bars percent={100 * Math.min(1, left)} />;
}

/** Widths of the bars and of the gaps between them. */
const PATTERN = '2 1 1 1 3 1 1 2 1 1 2 2 1 1';

/** A bar code. Its share in color is set by an SVG attribute, because a strict Content Security Policy forbids style attributes. */
function Bars({ percent }: { percent: number }) {
  return (
    <svg className="ticket-bars" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
      <path className="ticket-bars-spent" d="M0 15H100" strokeDasharray={PATTERN} />
      <svg width={percent} height="20">
        <path className="ticket-bars-left" d="M0 10H100" strokeDasharray={PATTERN} />
      </svg>
    </svg>
  );
}

function DisplayCode({ code }: { code: string }) {
  const messages = useMessages();
  return (
    <p className="ticket-code" data-long={code.length > 4 || undefined}>
      <span>{messages['polling.displayCode']}</span> <bdi translate="no">{code}</bdi>
    </p>
  );
}
