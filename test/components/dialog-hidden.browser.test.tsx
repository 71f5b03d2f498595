import { Activity, Suspense, use, useState } from 'react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-react';
import { CibaLoginDialog } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';
import '../../src/styles/index.css';

// A modal dialog that can't be seen would make the whole page inert.

afterEach(cleanup);

type Hide = (children: ReactNode, hidden: boolean) => ReactNode;

const never = new Promise<never>(() => undefined);

function Loading({ loads }: { loads: boolean }) {
  if (loads) use(never);
  return null;
}

const WAYS: Readonly<Record<string, Hide>> = {
  'a <Suspense> that suspends again': (children, hidden) => (
    <Suspense fallback={<p>Loading</p>}>
      <Loading loads={hidden} />
      {children}
    </Suspense>
  ),
  'an <Activity>': (children, hidden) => <Activity mode={hidden ? 'hidden' : 'visible'}>{children}</Activity>,
};

test.each(Object.entries(WAYS))('%s hides the dialog, frees the page and shows it again', async (_name, hide) => {
  const adapter = createMemoryAdapter({ interval: 1 });
  const onOpenChange = vi.fn();
  const onClick = vi.fn();
  let setHidden = (_hidden: boolean): void => undefined;
  function App() {
    const [hidden, set] = useState(false);
    setHidden = set;
    return (
      <>
        <button onClick={onClick}>Outside</button>
        {hide(
          <CibaLoginDialog open onOpenChange={onOpenChange} adapter={adapter} loginHint="ada@example.com" />,
          hidden,
        )}
      </>
    );
  }
  const screen = await render(<App />);
  const dialog = () => document.querySelector('dialog') as HTMLDialogElement;
  (document.querySelector('[data-verb="start"]') as HTMLElement).click();
  await expect.poll(() => adapter.phone.rings).toBe(1);
  expect(dialog().matches(':modal')).toBe(true);

  setHidden(true);
  await expect.poll(() => dialog().checkVisibility()).toBe(false);
  expect(document.querySelector(':modal')).toBeNull();
  await screen.getByRole('button', { name: 'Outside' }).click();
  expect(onClick).toHaveBeenCalledTimes(1);

  setHidden(false);
  await expect.poll(() => dialog().matches(':modal')).toBe(true);
  expect(dialog().contains(document.activeElement)).toBe(true);
  // No one closed it, so the app isn't told so, and the login goes on.
  expect(onOpenChange).not.toHaveBeenCalled();
  adapter.phone.approve();
  await expect.poll(() => dialog().querySelector('[data-state="approved"]')).not.toBeNull();
  expect(adapter.phone.rings).toBe(1);
});

test('the user can still close it after that', async () => {
  const onOpenChange = vi.fn();
  let setHidden = (_hidden: boolean): void => undefined;
  function App() {
    const [hidden, set] = useState(false);
    setHidden = set;
    return (
      <Activity mode={hidden ? 'hidden' : 'visible'}>
        <CibaLoginDialog open onOpenChange={onOpenChange} adapter={createMemoryAdapter()} />
      </Activity>
    );
  }
  const screen = await render(<App />);
  setHidden(true);
  await expect.poll(() => document.querySelector(':modal')).toBeNull();
  setHidden(false);
  await expect.poll(() => document.querySelector(':modal')).not.toBeNull();
  await screen.getByRole('button', { name: en['action.close'] }).click();
  await expect.poll(() => onOpenChange.mock.calls).toEqual([[false]]);
});
