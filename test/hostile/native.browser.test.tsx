import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StrictMode } from 'react';
import type { ReactElement } from 'react';
import { hydrateRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { CibaLogin, TotpForm, TotpInput, useTotpForm } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { allowConsole } from '../setup/console.js';
import { openFrame } from './hosts.js';
import type { Frame } from './hosts.js';
import { click, type } from './real-input.js';
import { textOf, watchNavigations } from './stage.js';

const NO_PROBLEM = { verifying: false, problem: null, wrongCodes: 0, attemptsLeft: 3 } as const;
const entry = { code: NO_PROBLEM, submitCode: () => undefined };

/** A code entry of an app's own, with what the hook gives. */
function OwnEntry({ inForm = false }: { inForm?: boolean }) {
  const form = useTotpForm(entry);
  const parts = (
    <>
      <TotpInput {...form.getInputProps()} aria-label="Code" />
      <button {...form.getSubmitProps()}>Verify</button>
    </>
  );
  return inForm ? <form {...form.getFormProps()}>{parts}</form> : parts;
}

interface TypedInto {
  readonly name: string;
  readonly login: ReactElement;
  readonly text: string;
}

const LOGINS: readonly TypedInto[] = [
  { name: '<CibaLogin>', login: <CibaLogin adapter={createMemoryAdapter()} />, text: 'ada@example.com' },
  { name: '<TotpForm>', login: <TotpForm {...entry} />, text: '123456' },
  { name: 'useTotpForm', login: <OwnEntry />, text: '123456' },
];

/** Pages around the login that a server may have sent. */
const PAGES: Readonly<Record<string, (login: string) => string>> = {
  'a page': (login) => `<div id="app">${login}</div>`,
  'a form': (login) => `<form><input name="q" value="shoes"><div id="app">${login}</div><button>Search</button></form>`,
  'a form that posts': (login) => `<form method="post"><div id="app">${login}</div><button>Buy</button></form>`,
  'a dialog of a form': (login) => `<form><dialog open><div id="app">${login}</div></dialog></form>`,
};

let frame: Frame | null = null;
let root: Root | null = null;

// A form in a form is none in HTML, so an app's own form stands on a page.
const OWN_FORM: TypedInto = { name: 'useTotpForm with a <form>', login: <OwnEntry inForm />, text: '123456' };

// React 18 warns of layout effects while it renders on a server, and takes the document for a browser's.
beforeEach(() => allowConsole(/useLayoutEffect does nothing on the server/));

afterEach(() => {
  root?.unmount();
  frame?.remove();
  frame = root = null;
});

describe.each(Object.entries(PAGES))("a server's HTML in %s", (name, pageOf) => {
  describe.each(name === 'a page' ? [...LOGINS, OWN_FORM] : LOGINS)('$name', ({ login, text }) => {
    test.each([
      ['before hydration', 'allow-same-origin allow-forms'],
      ['with JavaScript off, in a frame without forms', 'allow-same-origin'],
    ])('%s, nothing that was typed goes anywhere', async (_when, sandbox) => {
      frame = await openFrame(pageOf(renderToString(login)), { sandbox });
      const { page } = frame;
      const navigations = watchNavigations(page);
      const [input] = page.querySelectorAll<HTMLInputElement>('#app input');
      await click(input as Element);
      await type(`${text}{Enter}`);
      for (const button of page.querySelectorAll('#app button')) await click(button);
      expect((input as HTMLInputElement).value).toBe(text);
      // The page's own form, sent by its own button or script, has its own fields alone.
      const forms = [...page.forms].map((form) => textOf(new FormData(form)));
      expect(`${navigations.went} ${forms}`).not.toMatch(/ada|123456/);
      expect(page.location.search).toBe('');
      navigations.stop();
    });

    test('what was typed before hydration is there after it', async () => {
      frame = await openFrame(pageOf(renderToString(<StrictMode>{login}</StrictMode>)));
      const { page } = frame;
      const field = () => page.querySelector('#app input') as HTMLInputElement;
      await click(field());
      await type(text);
      const before = field();
      root = hydrateRoot(page.getElementById('app') as HTMLElement, <StrictMode>{login}</StrictMode>);
      await expect.poll(() => Object.keys(before).some((key) => key.startsWith('__react'))).toBe(true);
      expect(field()).toBe(before);
      expect(before.value).toBe(text);
      expect(page.activeElement).toBe(before);
    });
  });
});
