import { LOGIN_STATUSES, loginMachine } from 'react-ciba/machine';
import type { LoginStatus } from 'react-ciba/machine';
import type { AnyStateNode } from 'xstate';
import { describeTransitions } from './describe-chart.js';

/** A way from screen to screen, in a designer's words. */
export interface Move {
  /** `open` is every screen below which a request may be open. */
  readonly from: LoginStatus | 'open';
  readonly to: LoginStatus;
  readonly words: string;
}

/** By the chart's event, or also by the screens it leads from and to. Null for what a screen inherits and never meets. */
const WORDS: Readonly<Record<string, string | null>> = {
  start: 'The user sends the request',
  useCode: 'The user takes a code',
  resume: 'The page was reloaded while waiting',
  cancel: 'The user cancels',
  'denied cancel': 'The user goes back',
  'expired cancel': 'The user goes back',
  'failed cancel': 'The user goes back',
  'push.approved': 'Approved on the phone',
  'push.denied': 'Denied on the phone',
  'push.expired': 'The time is over',
  'push.failed': 'The request got lost',
  'push.cancelled': 'Canceled in another tab',
  'push.taken': 'Signed in in another tab',
  'poller fails': 'The backend gives no more answers',
  'initiate succeeds': 'The request is on the phone',
  'pushing initiate succeeds totpEntry': 'The account has codes only',
  'initiate fails': 'The request can’t be sent',
  'pushing initiate fails polling': 'It can’t be sent again',
  resend: 'The user sends it again',
  'after approvalTimeout': 'A minute without an answer',
  'polling after approvalTimeout totpEntry': 'A minute without an answer, if the app prefers codes',
  backToPush: 'The user goes back to the request',
  'totpEntry backToPush pushing': 'The user wants a request after all',
  'lockedOut backToPush pushing': 'The user wants a request after all',
  'totp succeeds': 'The code is right',
  'lockedOut totp succeeds': null,
  'lockedOut totp fails': null,
  'totp fails': 'Codes can’t be checked',
  'totpEntry totp changes lockedOut': 'Too many wrong codes',
  'lockedOut totp changes totpEntry': 'The wait is over',
  keepWaiting: 'The user keeps waiting',
  pageReturned: 'The user comes back to this page',
  'handOver fails': 'The app refuses the session',
  retry: 'The user tries again',
};

const isStatus = (name: string): name is LoginStatus => (LOGIN_STATUSES as readonly string[]).includes(name);

/** The screens below a state of the chart, the first one first. */
function screensOf(node: AnyStateNode): LoginStatus[] {
  const own = node.path.findLast(isStatus);
  if (own) return [own];
  const [first] = node.initial.target ?? [];
  const below = Object.values(node.states).flatMap(screensOf);
  return [...new Set(first ? [...screensOf(first), ...below] : below)];
}

function nodeAt(path: string): AnyStateNode {
  return path.split('.').reduce((node: AnyStateNode, key) => {
    const next = node.states[key];
    if (!next) throw new Error(`The chart has no state ${path}.`);
    return next;
  }, loginMachine.root);
}

/** The screens below which a request may be open. */
export const OPEN: readonly LoginStatus[] = screensOf(nodeAt('active'));

function wordsOf(from: string, event: string, to: string): string | null {
  const words = [`${from} ${event} ${to}`, `${from} ${event}`, event]
    .map((key) => WORDS[key])
    .find((each) => each !== undefined);
  if (words === undefined)
    throw new Error(`Say in stories/statechart/moves.ts what ${event} from ${from} to ${to} is.`);
  return words;
}

/** Every way from one screen to another, read from the chart itself. What the app does to a login is left out. */
export function movesOf(): Move[] {
  const moves = new Map<string, Move>();
  for (const { from, event, to } of describeTransitions(loginMachine)) {
    if (to === null || from === 'any') continue;
    const [target] = screensOf(nodeAt(to));
    const sources: readonly Move['from'][] = from === 'active' ? ['open'] : screensOf(nodeAt(from));
    for (const source of sources) {
      if (!target || source === target) continue;
      const words = wordsOf(source, event, target);
      if (words === null) continue;
      moves.set([source, words, target].join(), { from: source, to: target, words });
    }
  }
  return [...moves.values()];
}
