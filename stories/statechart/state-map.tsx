import { useLayoutEffect, useRef, useState } from 'react';
import type { LoginStatus } from 'react-ciba/machine';
import loginMeta, * as loginStories from '../ciba-login.stories.js';
import { StoryLogin } from '../login.js';
import { picturesOf } from '../pictures.js';
import type { Picture } from '../pictures.js';
import { movesOf, OPEN } from './moves.js';
import type { Move } from './moves.js';
import './state-map.css';

/** The story that shows each screen best. */
const STORIES: Readonly<Record<LoginStatus, string>> = {
  idle: 'Idle',
  pushing: 'Pushing',
  polling: 'PollingWithDisplayCode',
  totpEntry: 'TotpEntry',
  lockedOut: 'LockedOutBesidePush',
  timedOut: 'TimedOut',
  approved: 'Approved',
  denied: 'Denied',
  expired: 'Expired',
  failed: 'FailedWithSupport',
};

const TITLES: Readonly<Record<Move['from'], string>> = {
  open: 'While a request may be open',
  idle: 'Start',
  pushing: 'Sending',
  polling: 'Waiting',
  totpEntry: 'Code',
  lockedOut: 'Locked out',
  timedOut: 'Still there?',
  approved: 'Approved',
  denied: 'Denied',
  expired: 'Expired',
  failed: 'Failed',
};

const ENDS: readonly LoginStatus[] = ['approved', 'denied', 'expired', 'failed'];

const pictures = new Map(picturesOf(loginMeta.args, loginStories).map((picture) => [picture.name, picture]));

/** Each screen of the map with the story that it shows. */
export const SCREENS: readonly (readonly [status: LoginStatus, picture: Picture])[] = (
  Object.entries(STORIES) as [LoginStatus, string][]
).map(([status, name]) => {
  const picture = pictures.get(name);
  if (!picture) throw new Error(`There is no story ${name}.`);
  return [status, picture];
});

const moves = movesOf();

/** A picture of a screen. Its title leads to its ways out. */
function Screen({ status }: { status: LoginStatus }) {
  const [, picture] = SCREENS.find(([each]) => each === status) ?? [];
  return (
    <div className="map-screen" data-map={status}>
      <div className="map-picture" data-node={status} data-screen={status}>
        {picture && <StoryLogin {...picture.args} still />}
      </div>
      <a href={`#map-${status}`} lang="en">
        {TITLES[status]}
      </a>
    </div>
  );
}

/** The ways out of a screen, in words. */
function WaysOut({ from }: { from: Move['from'] }) {
  return (
    <section id={`map-${from}`} aria-labelledby={`map-title-${from}`} data-map={from}>
      <h2 id={`map-title-${from}`}>{TITLES[from]}</h2>
      <ul>
        {moves
          .filter((move) => move.from === from)
          .map(({ to, words }) => (
            <li key={words + to}>
              {words} <a href={`#map-${to}`}>{TITLES[to]}</a>
            </li>
          ))}
      </ul>
    </section>
  );
}

interface Arrow extends Move {
  readonly path: string;
}

/** Where an arrow starts or ends: the middle of a box, or beside its other end where the box is large. */
function spotOf({ left, top, width, height }: DOMRect, other: DOMRect): { x: number; y: number } {
  const y = other.top + other.height / 2;
  const margin = Math.min(height / 2, 40);
  return { x: left + width / 2, y: Math.min(Math.max(y, top + margin), top + height - margin) };
}

/** A curve from the edge of one box to the edge of another, in the coordinates of the map. */
function curveOf(from: DOMRect, to: DOMRect, map: DOMRect): string {
  const large = from.height > 2 * to.height;
  const a = large ? spotOf(from, to) : { x: from.left + from.width / 2, y: from.top + from.height / 2 };
  const b = { x: to.left + to.width / 2, y: to.top + to.height / 2 };
  const beside = Math.abs(b.x - a.x) >= (from.width + to.width) / 2;
  const way = beside ? Math.sign(b.x - a.x) : Math.sign(b.y - a.y);
  // A little aside, so that the way there and the way back are two lines.
  const aside = large ? 0 : way * 8;
  const start = beside
    ? { x: a.x + (way * from.width) / 2, y: a.y + aside }
    : { x: a.x - aside, y: a.y + (way * from.height) / 2 };
  const end = beside
    ? { x: b.x - (way * to.width) / 2, y: b.y + aside }
    : { x: b.x - aside, y: b.y - (way * to.height) / 2 };
  const bend = beside ? { x: (end.x - start.x) / 2, y: 0 } : { x: 0, y: (end.y - start.y) / 2 };
  const point = (x: number, y: number) => `${Math.round(x - map.left)} ${Math.round(y - map.top)}`;
  const bends = `${point(start.x + bend.x, start.y + bend.y)} ${point(end.x - bend.x, end.y - bend.y)}`;
  return `M${point(start.x, start.y)}C${bends} ${point(end.x, end.y)}`;
}

/** One arrow from box to box, however many reasons there are. */
const ARROWS = [...new Map(moves.map((move) => [`${move.from} ${move.to}`, move])).values()];

/** Whether an arrow leads back towards the start, or where its whole group leads: drawn only for the screen that one points at. */
const isAside = ({ from, to }: Move) =>
  to === 'idle' ||
  ENDS.some((end) => end === from) ||
  (from !== 'open' && moves.some((move) => move.from === 'open' && move.to === to));

/** Every screen of a login, and every way from one to another: drawn from the chart and the stories, never by hand. */
export function StateMap() {
  const map = useRef<HTMLDivElement>(null);
  const [arrows, setArrows] = useState<readonly Arrow[]>([]);

  useLayoutEffect(() => {
    const element = map.current;
    if (!element) return undefined;
    const draw = () => {
      const around = element.getBoundingClientRect();
      const boxOf = (node: string) => element.querySelector(`[data-node="${node}"]`)?.getBoundingClientRect();
      setArrows(
        ARROWS.flatMap((move) => {
          const [from, to] = [boxOf(move.from), boxOf(move.to)];
          return from && to ? [{ ...move, path: curveOf(from, to, around) }] : [];
        }),
      );
    };
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return (
    <main className="map">
      <div lang="en" dir="ltr">
        <h1>State map</h1>
        <p className="map-lead">
          Each screen, and where it leads. Point at one to see its ways back, too. Engineers have the same as a{' '}
          <a href="./?path=/docs/engineering-statechart--docs" target="_top">
            statechart
          </a>
          .
        </p>
      </div>
      <div className="map-field" ref={map}>
        <div className="map-column">
          <Screen status="idle" />
        </div>
        <div className="map-group" data-node="open" data-map="open">
          <a href="#map-open" lang="en">
            {TITLES.open}
          </a>
          <div className="map-open">
            {OPEN.map((status) => (
              <Screen key={status} status={status} />
            ))}
          </div>
        </div>
        <div className="map-column">
          {ENDS.map((status) => (
            <Screen key={status} status={status} />
          ))}
        </div>
        <svg className="map-arrows" aria-hidden="true">
          <defs>
            <marker id="map-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
              <path d="M0 0 8 4 0 8Z" fill="context-stroke" />
            </marker>
          </defs>
          {arrows.map((arrow) => (
            <path
              key={arrow.from + arrow.to}
              d={arrow.path}
              data-from={arrow.from}
              data-aside={isAside(arrow) || undefined}
              markerEnd="url(#map-tip)"
            />
          ))}
        </svg>
      </div>
      <div className="map-ways" lang="en" dir="ltr">
        {(['idle', ...OPEN, 'open', ...ENDS] as const).map((from) => (
          <WaysOut key={from} from={from} />
        ))}
      </div>
    </main>
  );
}
