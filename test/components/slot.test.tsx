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

test('no child is nothing', () => {
  const { container } = render(<Login.Text asChild>{false}</Login.Text>);
  expect(container).toBeEmptyDOMElement();
});

test('a handler that the child leaves out does not remove the part’s', () => {
  const onClick = vi.fn();
  render(
    <Login.Button asChild onClick={onClick}>
      <button type="button" onClick={undefined}>
        Go
      </button>
    </Login.Button>,
  );
  fireEvent.click(screen.getByRole('button'));
  expect(onClick).toHaveBeenCalledOnce();
});

test('a ref that cleans up after itself is cleaned up, and the other one is emptied', () => {
  const outer = createRef<HTMLHeadingElement>();
  const cleanUp = vi.fn();
  const inner = vi.fn(() => cleanUp);
  const { rerender, unmount } = render(
    <Login.Title asChild ref={outer}>
      <h1 ref={inner}>Hello</h1>
    </Login.Title>,
  );
  rerender(
    <Login.Title asChild ref={outer}>
      <h1 ref={inner}>Welcome</h1>
    </Login.Title>,
  );
  expect([inner.mock.calls.length, cleanUp.mock.calls.length]).toEqual([1, 0]);
  expect(outer.current).toHaveTextContent('Welcome');
  unmount();
  expect([inner.mock.calls.length, cleanUp.mock.calls.length]).toEqual([1, 1]);
  expect(outer.current).toBeNull();
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
