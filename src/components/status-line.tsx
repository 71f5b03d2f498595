'use client';

import type { PushView } from '../machine/view.js';
import type { Messages } from '../contract/messages.js';
import { clock } from '../contract/durations.js';
import { useMessages } from '../react/messages-context.js';
import { createPart } from './create-part.js';
import { Icon } from './icon.js';
import type { LoginState } from './login-state.js';
import { Status } from './parts.js';
import { Summary } from './summary.js';
import { usePushTime } from './use-push-time.js';

const Line = createPart('div', 'status-line', {});
const MiniRing = createPart('svg', 'mini-ring', {
  viewBox: '0 0 48 48',
  width: 16,
  height: 16,
  fill: 'none',
  stroke: 'currentColor',
});
const CIRCLE = 'M24 6a18 18 0 1 1 0 36 18 18 0 0 1 0-36z';

/** What is wrong with the line or with the last resend, or null. */
export function warningOf(login: LoginState, messages: Messages): string | null {
  if (login.status !== 'polling') return null;
  const { connection } = login.push;
  if (connection !== 'ok') return messages[`polling.${connection}`];
  return login.resendError && messages['polling.resendFailed'];
}

/** The push that can still be approved while a code is entered, or null. */
export function pushBeside(login: LoginState): PushView | null {
  return login.status === 'totpEntry' || login.status === 'lockedOut' ? login.push : null;
}

/** That a push is still open beside a code, and for how long. Only this component renders each second. */
export function OpenPush({ push }: { push: PushView }) {
  const messages = useMessages();
  const { left, share, progress } = usePushTime(push);
  return (
    <>
      <MiniRing {...progress}>
        <path d={CIRCLE} />
        <path d={CIRCLE} pathLength={1} strokeDasharray={`${share} 1`} />
      </MiniRing>
      <span>
        {messages['totpEntry.pushOpen']}
        {left !== null && <span aria-hidden="true"> · {clock(left)}</span>}
      </span>
    </>
  );
}

/**
 * One line below the text: who signs in on which phone, or what is wrong with the line, or the push beside a code. Each takes
 * the place of the other, so that nothing moves.
 */
export function StatusLine({ login }: { login: LoginState }) {
  const messages = useMessages();
  const warning = warningOf(login, messages);
  const push = 'push' in login ? login.push : null;
  const beside = pushBeside(login);
  return (
    <Line>
      {warning === null && beside === null ? (
        <Summary loginHint={login.loginHint} deliveredTo={push?.deliveredTo} />
      ) : (
        // Another text is another pill: one that is centered grows to both sides.
        <Status key={warning} data-tone={warning === null ? undefined : 'warning'}>
          {beside ? (
            <OpenPush push={beside} />
          ) : (
            <>
              <Icon glyph="warning" />
              <span>{warning}</span>
            </>
          )}
        </Status>
      )}
    </Line>
  );
}
