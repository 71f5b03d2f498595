import { useEffect } from 'react';
import { useCountdown, useMessages, type Announce } from 'react-ciba';

/** The seconds before expiry at which the time left is announced, while the user can still act. */
const SPOKEN = [30, 10];

/** The time left. Only this component renders every second. */
export function TimeLeft({ expiresAt, announce }: { expiresAt: number; announce: Announce }) {
  const messages = useMessages();
  const seconds = useCountdown(expiresAt);
  useEffect(() => {
    if (seconds !== null && SPOKEN.includes(seconds)) announce(messages['polling.timeLeftSpoken'](seconds));
  }, [announce, messages, seconds]);
  if (seconds === null) return null;
  return (
    <p className="ticket-time" data-short={seconds <= 30 || undefined}>
      {messages['polling.timeLeft'](seconds)}
    </p>
  );
}

export function RetryTime({ retryAt }: { retryAt: number }) {
  const messages = useMessages();
  const seconds = useCountdown(retryAt);
  return seconds === null ? null : <p className="ticket-time">{messages['lockedOut.retryIn'](seconds)}</p>;
}

export function ResendButton({ resendAt, resend }: { resendAt: number; resend: () => void }) {
  const messages = useMessages();
  const seconds = useCountdown(resendAt) ?? 0;
  return (
    <button type="button" disabled={seconds > 0} onClick={resend}>
      {seconds > 0 ? messages['polling.resendIn'](seconds) : messages['polling.resend']}
    </button>
  );
}

/** Seconds after which an unanswered request was probably missed. */
const LATE = 25;

interface LateHintProps {
  startedAt: number;
  offersCode: boolean;
  announce: Announce;
}

/** What to check if nothing shows on the phone. It comes last, so that nothing shifts when it appears. */
export function LateHint({ startedAt, offersCode, announce }: LateHintProps) {
  const messages = useMessages();
  const late = useCountdown(startedAt + LATE * 1000) === 0;
  const text = [
    messages['lateHint.title'],
    messages['lateHint.openApp'],
    messages['lateHint.notifications'],
    messages['lateHint.online'],
    offersCode && messages['lateHint.useCode'],
  ]
    .filter(Boolean)
    .join(' ');
  useEffect(() => {
    if (late) announce(text);
  }, [announce, late, text]);
  return late ? <p className="ticket-note">{text}</p> : null;
}
