import { act, fireEvent, render } from '@testing-library/react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { CibaLogin, CibaProvider } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';
import { createFakeEnvironment } from '../support/fake-environment.js';

// Browsers that translate a page put elements of their own in the place of its texts. React then still changes the texts
// that it made, which nobody sees any more, and fails where it has to remove one of them.

function textsIn(node: Node): Text[] {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  return texts;
}

/** The texts that had other nodes beside them. React changes such a text in its own node only. The announcer is no React's. */
const beside = new Set<string>();

/** Translates as Chrome does, into the same words. */
function translate(around: Node): void {
  for (const text of textsIn(around)) {
    if (text.parentElement?.closest('font, [translate=no]')) continue;
    if (text.parentNode?.childNodes.length !== 1 && !text.parentElement?.closest('[role=status]'))
      beside.add(text.data);
    const font = document.createElementNS('http://www.w3.org/1999/xhtml', 'font');
    font.appendChild(document.createElementNS('http://www.w3.org/1999/xhtml', 'font')).textContent = text.data;
    text.replaceWith(font);
  }
}

function Translated({ children }: { children: ReactNode }) {
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = around.current as HTMLElement;
    translate(root);
    const observer = new MutationObserver(() => translate(root));
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    return () => observer.disconnect();
  }, []);
  return <div ref={around}>{children}</div>;
}

function openLogin(transaction?: { title: string }) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({
    clock: world.environment.clock,
    expiresIn: 120,
    totp: { attempts: 3, lockout: 60 },
  });
  const { container } = render(
    <CibaProvider environment={world.environment}>
      <Translated>
        <CibaLogin adapter={adapter} loginHint="ada@example.com" transaction={transaction} />
      </Translated>
    </CibaProvider>,
  );
  const part = (name: string) => container.querySelector(`[data-part="${name}"]`);
  return {
    adapter,
    part,
    pass: (milliseconds: number) => act(() => world.advance(milliseconds)),
    async press(text: string) {
      const found = [...container.querySelectorAll('button')].find((button) => button.textContent?.startsWith(text));
      if (!found) throw new Error(`No button says "${text}", only "${container.textContent}".`);
      fireEvent.click(found);
      await act(() => world.advance(10));
    },
    async enter(code: string) {
      fireEvent.input(container.querySelector('input') as Element, { target: { value: code } });
      await act(() => world.advance(10));
    },
  };
}

test('a login goes on in a page that the browser translates', async () => {
  const { adapter, part, pass, press, enter } = openLogin();
  await press(en['idle.start']);
  expect(part('title')).toHaveTextContent(en['polling.title']);
  await pass(20_000);
  expect(part('time-text')).toHaveTextContent('1:40');
  await pass(10_000);
  await press(en['polling.resend']);
  expect(adapter.phone.rings).toBe(2);
  await pass(61_000);
  await press(en['polling.resend']);
  await pass(121_000);
  expect(part('title')).toHaveTextContent(en['expired.title']);
  await press(en['expired.retry']);
  await press(en['action.useCode']);
  await enter('000000');
  await press(en['totpEntry.submit']);
  expect(part('error')).toHaveTextContent(en['totpEntry.attemptsLeft'](2));
  await enter('000001');
  await press(en['totpEntry.submit']);
  expect(part('error')).toHaveTextContent(en['totpEntry.attemptsLeft'](1));
  await press(en['action.backToPush']);
  adapter.phone.deny();
  await pass(10_000);
  expect(part('title')).toHaveTextContent(en['denied.title']);
  await press(en['denied.retry']);
  adapter.phone.approve();
  await pass(10_000);
  expect(part('title')).toHaveTextContent(en['approved.title']);
});

test('the time beside a transaction goes on in a page that the browser translates', async () => {
  const { part, pass, press } = openLogin({ title: 'Delete the backup' });
  await press(en['idle.start']);
  await pass(30_000);
  expect(part('ask')).toHaveTextContent(en['polling.timeLeft'](90));
});

test.each([undefined, { title: 'Delete the backup' }])(
  'no text stands beside another node: %o',
  async (transaction) => {
    beside.clear();
    const { press, pass } = openLogin(transaction);
    await press(en['idle.start']);
    await pass(31_000);
    await press(en['polling.resend']);
    await pass(61_000);
    await press(en['polling.resend']);
    expect([...beside]).toEqual([]);
  },
);
