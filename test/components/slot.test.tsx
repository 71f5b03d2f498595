import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { createRef, Suspense } from 'react';
import type { ReactElement } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { Login } from '../../src/index.js';

afterEach(cleanup);

test('a part as its child has the props of both, and the child wins', () => {
  render(
    <Login.Title asChild className="kit" title="kit" lang="en" data-part="own">
      <h1 className="mine" title="mine">
        Hello
      </h1>
    </Login.Title>,
  );
  const title = screen.getByRole('heading', { level: 1 });
  expect(title).toHaveClass('kit', 'mine');
  expect(title).toHaveAttribute('title', 'mine');
  expect(title).toHaveAttribute('lang', 'en');
  expect(title).toHaveAttribute('data-scope', 'ciba-login');
  expect(title).toHaveAttribute('tabindex', '-1');
});

test('both handlers run, the child’s first, and both refs have the element', () => {
  const calls: string[] = [];
  const outer = createRef<HTMLButtonElement>();
  const inner = vi.fn();
  render(
    <Login.Button asChild ref={outer} onClick={() => calls.push('part')}>
      <button type="button" ref={inner} onClick={() => calls.push('child')}>
        Go
      </button>
    </Login.Button>,
  );
  const button = screen.getByRole('button');
  fireEvent.click(button);
  expect(calls).toEqual(['child', 'part']);
  expect(outer.current).toBe(button);
  expect(inner).toHaveBeenCalledWith(button);
});

test('styles of both are merged', () => {
  render(
    <Login.Text asChild style={{ color: 'red', margin: 0 }}>
      <div style={{ color: 'blue' }}>Text</div>
    </Login.Text>,
  );
  expect(screen.getByText('Text').style).toMatchObject({ color: 'blue', margin: '0px' });
});

test('a child that is still on its way from a server comes when it is there', async () => {
  // What React Server Components hand over for an element that is not there yet.
  const later = { $$typeof: Symbol.for('react.lazy'), _payload: Promise.resolve(<b>There</b>) };
  const element = later as unknown as ReactElement;
  await act(async () => {
    render(
      <Suspense fallback="Waiting">
        <Login.Text asChild>{element}</Login.Text>
      </Suspense>,
    );
  });
  expect(await screen.findByText('There')).toHaveAttribute('data-part', 'text');
});

test('more than one child is a mistake that React names', () => {
  vi.spyOn(console, 'error').mockReturnValue();
  expect(() =>
    render(
      <Login.Text asChild>
        <i />
        <i />
      </Login.Text>,
    ),
  ).toThrow(/single|only/i);
});
