'use client';

import { useState } from 'react';
import type { SVGProps } from 'react';
import type { PushView } from '../machine/view.js';
import { clock } from '../contract/durations.js';
import { useMessages } from '../react/messages-context.js';
import { useCountdown } from '../react/use-countdown.js';
import { createPart } from './create-part.js';
import { groupsOf, kindOf } from './display-code.js';
import { errorClass } from '../contract/error-class.js';
import { Icon } from './icon.js';
import type { Glyph } from './icon.js';
import type { LoginState } from './login-state.js';
import { Hidden } from './parts.js';
import { plainText } from './plain-text.js';
import { usePushTime } from './use-push-time.js';

const Frame = createPart('div', 'dial', {});
const Ring = createPart('svg', 'dial-ring', { fill: 'none', 'aria-hidden': true });
const Disc = createPart('path', 'dial-disc', {});
const Track = createPart('path', 'dial-track', {});
const Ticks = createPart('svg', 'dial-ticks', { fill: 'none' });
const Lit = createPart('path', 'dial-lit', {});
const Face = createPart('div', 'dial-face', {});
/** The code itself, as text with its own direction that no browser translates. */
const CodeValue = createPart('bdi', 'display-code-value', { translate: 'no' });
/** A few characters of the code: set apart for the eye, and still one word to copy. */
const CodeGroup = createPart('span', 'display-code-group', {});
const TimeText = createPart('span', 'time-text', { 'aria-hidden': true });

/** Half of what the capsule is longer than the circle. */
const CAPSULE = 64;

/** A circle of this radius, or a capsule of this height. It starts at 12 o'clock and runs clockwise. */
function outline(radius: number, half: number): string {
  const side = `a${radius} ${radius} 0 0 1 0 `;
  return `M${68 + half} ${68 - radius}h${half}${side}${2 * radius}h${-2 * half}${side}${-2 * radius}z`;
}

export interface DialProps {
  /** The sign inside, unless a code takes its place. */
  glyph?: Glyph | undefined;
  tone?: 'neutral' | 'success' | 'warning' | 'danger' | undefined;
  /** The share of the ticks that are lit, from 0 to 1. @default 0 */
  share?: number | undefined;
  /** The code that screen and phone both show. */
  code?: string | undefined;
  /** Seconds, shown below the sign or the code. */
  time?: number | null | undefined;
  /** Whether the time stands still, because the connection is lost or the login doesn't wait. */
  paused?: boolean | undefined;
  /** For a place beside a title. @default false */
  small?: boolean | undefined;
  /** What the ticks tell screen readers. @default nothing */
  progress?: SVGProps<SVGSVGElement> | undefined;
}

/**
 * A ring of ticks with the one thing inside that matters now: a number, a code, a time, a sign. A presentation attribute
 * lights the ticks, because a strict content policy forbids styles.
 */
export function Dial({ glyph = 'phone', tone, share = 0, code, time = null, paused, small, progress }: DialProps) {
  const messages = useMessages();
  const kind = code === undefined ? undefined : kindOf(code);
  const wide = !small && kind !== undefined && !/\d/.test(kind);
  const half = wide ? CAPSULE : 0;
  const ticks = wide ? 100 : small ? 36 : 60;
  const lit = Math.ceil(share * ticks);
  const viewBox = `0 0 ${136 + 2 * half} 136`;
  const icon = <Icon part="dial-glyph" glyph={glyph} />;
  const flag = (on: boolean | undefined) => (on ? '' : undefined);
  return (
    <Frame
      data-tone={tone}
      data-shape={wide ? 'wide' : undefined}
      data-size={small ? 'small' : undefined}
      data-paused={flag(paused)}
    >
      <Ring viewBox={viewBox}>
        <Disc d={outline(54, half)} />
        <Track d={outline(64, half)} pathLength={ticks} />
      </Ring>
      <Ticks viewBox={viewBox} aria-hidden={progress === undefined} {...progress}>
        {lit > 0 && (
          <Lit d={outline(62, half)} pathLength={ticks} strokeDasharray={`${'.34 .66 '.repeat(lit)}0 ${ticks - lit}`} />
        )}
      </Ticks>
      {code === undefined && time === null ? (
        icon
      ) : (
        <Face>
          {code === undefined ? (
            icon
          ) : (
            <>
              <Hidden>{messages['polling.displayCode']}</Hidden>
              <CodeValue data-kind={kind}>
                {groupsOf(plainText(code)).map((group, index) => (
                  <CodeGroup key={index}>{group}</CodeGroup>
                ))}
              </CodeValue>
            </>
          )}
          {time !== null && (
            <TimeText data-large={flag(code === undefined && glyph !== 'phone')}>{clock(time)}</TimeText>
          )}
        </Face>
      )}
    </Frame>
  );
}

/** The time left to approve. Only this component renders each second. */
function PushDial({ push, ...props }: DialProps & { push: PushView }) {
  const { share, left, progress } = usePushTime(push);
  return (
    <Dial
      tone={left !== null && left <= 30 ? 'warning' : undefined}
      {...props}
      code={push.displayCode}
      share={share}
      time={left}
      progress={progress}
    />
  );
}

/** The time until something is possible again. It counts from when it was first shown. */
function WaitDial({ until, ...props }: DialProps & { until: number }) {
  const seconds = useCountdown(until);
  const [total] = useState(seconds);
  return <Dial tone="warning" {...props} share={(seconds ?? 0) / (total || 1)} time={seconds} />;
}

export interface StatusDialProps {
  /** From `useCibaLogin`. */
  login: LoginState;
  /** For a place beside a title. @default false */
  small?: boolean | undefined;
  /** Shows the sign for codes on the first screen. @default false */
  codeFirst?: boolean | undefined;
}

/** The dial for the login's current status: what matters now, inside the time that is left for it. */
export function StatusDial({ login, small, codeFirst }: StatusDialProps) {
  switch (login.status) {
    case 'idle':
      return <Dial small={small} glyph={codeFirst ? 'code' : 'phone'} />;
    case 'pushing':
      return <Dial small={small} share={1 / 6} />;
    case 'polling': {
      const bad = login.push.connection !== 'ok';
      return <PushDial small={small} push={login.push} paused={bad} {...(bad && { tone: 'warning' })} />;
    }
    case 'timedOut':
      return login.push ? <PushDial small={small} push={login.push} paused /> : <Dial small={small} glyph="clock" />;
    case 'totpEntry':
      return <Dial small={small} glyph="code" />;
    case 'lockedOut':
      return <WaitDial small={small} glyph="lock" until={login.retryAt} />;
    case 'approved':
      return <Dial small={small} glyph="check" tone="success" share={1} />;
    case 'denied':
      return login.reported ? (
        <Dial small={small} glyph="shield" tone="neutral" share={1} />
      ) : (
        <Dial small={small} glyph="cross" tone="danger" share={1} />
      );
    case 'expired':
      return <Dial small={small} tone="neutral" time={0} />;
    case 'failed':
      return login.retryAt === null ? (
        <Dial small={small} {...failedDial(login)} />
      ) : (
        <WaitDial small={small} glyph="clock" until={login.retryAt} />
      );
  }
}

function failedDial({ error, again }: LoginState<'failed'>): DialProps {
  const { code } = error;
  if (code === 'inReview') return { glyph: 'clock', tone: 'neutral' };
  if (code === 'offline' || code === 'network') return { glyph: 'offline', tone: 'warning' };
  if (code === 'timeout') return { glyph: 'clock', tone: 'warning' };
  return errorClass(error, again) !== 'support'
    ? { glyph: 'alert', tone: 'warning' }
    : { glyph: 'stop', tone: 'danger' };
}
