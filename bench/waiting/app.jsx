// The page that bench/waiting/run.mjs measures: a login that waits, and the same texts and the same polls in plain React.
import { Profiler, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { CibaLogin } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import { en } from 'react-ciba/locales/en';
import 'react-ciba/styles.css';

const ACCOUNT = 'ada@example.com';
const EXPIRES_IN_SECONDS = 600;
const INTERVAL_SECONDS = 5;

const counts = { commits: 0, timersSet: 0, timersFired: 0, polls: 0 };

globalThis.fetch = async (url) => {
  const isPoll = url.endsWith('/poll');
  if (isPoll) counts.polls += 1;
  const answer = isPoll
    ? { status: 'pending' }
    : { id: 'id', expiresIn: EXPIRES_IN_SECONDS, interval: INTERVAL_SECONDS, resumable: true };
  return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
};

for (const name of ['setTimeout', 'setInterval']) {
  const set = window[name].bind(window);
  window[name] = (run, delay, ...given) => {
    counts.timersSet += 1;
    return set(() => {
      counts.timersFired += 1;
      run(...given);
    }, delay);
  };
}

/** The waiting screen without a chart, a dial, focus handling, announcements or styles. */
function PlainWaiting() {
  const [seconds, setSeconds] = useState(EXPIRES_IN_SECONDS);
  useEffect(() => {
    const start = Date.now();
    const ticks = setInterval(() => setSeconds(Math.ceil(EXPIRES_IN_SECONDS - (Date.now() - start) / 1000)), 1000);
    const polls = setInterval(() => void fetch('/api/ciba/poll'), INTERVAL_SECONDS * 1000);
    return () => {
      clearInterval(ticks);
      clearInterval(polls);
    };
  }, []);
  const resend = Math.max(0, seconds - EXPIRES_IN_SECONDS + 30);
  return (
    <section>
      <h2>{en['polling.title']}</h2>
      <p>{en['polling.text']}</p>
      <p>{en['polling.timeLeft'](seconds)}</p>
      <dl>
        <dt>{en['summary.account']}</dt>
        <dd>{ACCOUNT}</dd>
      </dl>
      <button type="button">{en['action.useCode']}</button>
      <button type="button" disabled={resend > 0}>
        {en['polling.resend']} {resend > 0 && resend}
      </button>
      <button type="button">{en['action.cancel']}</button>
      <details>
        <summary>{en['lateHint.title']}</summary>
        <ol>
          <li>{en['lateHint.openApp']}</li>
          <li>{en['lateHint.notifications']}</li>
          <li>{en['lateHint.online']}</li>
          <li>{en['lateHint.useCode']}</li>
        </ol>
      </details>
    </section>
  );
}

const PAGES = {
  'plain React': <PlainWaiting />,
  '<CibaLogin>': <CibaLogin adapter={createHttpAdapter()} loginHint={ACCOUNT} />,
};

window.bench = {
  show(name) {
    createRoot(document.querySelector('#root')).render(
      <Profiler id="page" onRender={() => (counts.commits += 1)}>
        {PAGES[name]}
      </Profiler>,
    );
  },
  start: () =>
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent.includes(en['idle.start'])).click(),
  isWaiting: () => document.body.textContent.includes(en['polling.title']),
  read: () => ({ ...counts }),
  /** As if the user had gone to another tab. */
  hide() {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    Object.defineProperty(document, 'hidden', { value: true });
    document.dispatchEvent(new Event('visibilitychange'));
  },
};
