import { version } from 'react';
import { devWarningOnce } from '../contract/dev-warning.js';

const FIRST = Symbol.for('react-ciba.first-copy');
const thisCopy = {};

/** Warns in development about a `resume` that can't work, such as `true` or a name. */
export function checkResume(resume: unknown): void {
  if (resume && typeof (resume as { read?: unknown }).read !== 'function') {
    devWarningOnce(
      'resume-option',
      `resume={${JSON.stringify(resume)}} can't resume a login. Use resume={resumeInTab()}.`,
    );
  }
}

/** Warns in development about a faulty setup around a login that no test of the login would find. */
export function checkSetup(reactVersion: string = version): void {
  const [major = 0, minor = 0] = reactVersion.split('.').map(Number);
  // Builds from React's main branch have the version 0.0.0.
  if (major > 0 && (major < 18 || (major === 18 && minor < 3))) {
    devWarningOnce(
      'react-version',
      `React ${reactVersion} is too old: react-ciba requires 18.3 or newer. Run npm install react@18.3 react-dom@18.3.`,
    );
  }
  // A development server may load a module again at any time. That isn't a second copy.
  if (typeof document === 'undefined') return;
  const page = globalThis as { [FIRST]?: object };
  page[FIRST] ??= thisCopy;
  if (page[FIRST] !== thisCopy) {
    devWarningOnce(
      'two-copies',
      "Two copies of react-ciba are loaded, so the texts and the environment of one don't reach the other. Run `npm ls react-ciba` to find them; `npm dedupe` often helps.",
    );
  }
}
