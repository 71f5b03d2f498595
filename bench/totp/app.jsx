// The page that bench/totp/run.mjs measures. It is built for production, with React's profiler counting commits.
import { Profiler } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import 'react-ciba/styles.css';
import { libraries } from './libraries.jsx';

let root;
let commits = 0;

window.bench = {
  names: libraries.map(({ name }) => name),
  mount(name) {
    root?.unmount();
    const { Field } = libraries.find((library) => library.name === name);
    root = createRoot(document.querySelector('#root'));
    flushSync(() =>
      root.render(
        <Profiler id="field" onRender={() => (commits += 1)}>
          <Field id="code" name="otp" onValueChange={() => undefined} onComplete={() => undefined} />
        </Profiler>,
      ),
    );
    document.querySelector('#root input:not([type=hidden])').focus();
  },
  startCounting: () => (commits = 0),
  read: () => ({
    commits,
    value: Array.from(
      document.querySelectorAll('#root input:not([type=hidden]):not([aria-hidden=true])'),
      ({ value }) => value,
    ).join(''),
  }),
};
