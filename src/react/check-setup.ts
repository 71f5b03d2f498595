import { version } from 'react';
import { devWarningOnce } from '../contract/dev-warning.js';

const FIRST = Symbol.for('react-ciba.first-copy');
const thisCopy = {};

/** Says what to give where `resume` got what it took no other way to say: `true`, or a name. For development only. */
export function checkResume(resume: unknown): void {
  if (resume && typeof (resume as { read?: unknown }).read !== 'function') {
    devWarningOnce(
      'resume-option',
      `resume={${JSON.stringify(resume)}} is nothing to resume with. Give resume={resumeInTab()}.`,
    );
  }
}

/** Says what is wrong around a login that no test of it would find. For development only; it changes nothing. */
export function checkSetup(reactVersion: string = version): void {
  const [major = 0, minor = 0] = reactVersion.split('.').map(Number);
  // Builds from React's main branch have the version 0.0.0.
  if (major > 0 && (major < 18 || (major === 18 && minor < 3))) {
    devWarningOnce(
      'react-version',
      `React ${reactVersion} is older than 18.3, which react-ciba needs: npm install react@18.3 react-dom@18.3.`,
    );
  }
  // A development server may load a module again at any time. That isn't a second copy.
  if (typeof document === 'undefined') return;
  const page = globalThis as { [FIRST]?: object };
  page[FIRST] ??= thisCopy;
  if (page[FIRST] !== thisCopy) {
    devWarningOnce(
      'two-copies',
      'Two copies of react-ciba are loaded, and what one provides (texts, environment) the other does not see. `npm ls react-ciba` shows where they come from; `npm dedupe` often helps.',
    );
  }
}
