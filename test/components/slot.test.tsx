import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { createRef, lazy, Suspense } from 'react';
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

/** What React Server Components hand over for an element that is not there yet. */
function createStreamed(element: ReactElement): ReactElement {
  let arrived = false;
  const _payload = Promise.resolve().then(() => {
    arrived = true;
  });
  const _init = () => {
    if (arrived) return element;
    throw _payload;
  };
  return { $$typeof: Symbol.for('react.lazy'), _payload, _init } as unknown as ReactElement;
}

const lazily = (element: ReactElement) =>
  lazy(() => Promise.resolve({ default: element as never })) as unknown as ReactElement;

test.each([
  ['a server', createStreamed],
  ['an import', lazily],
  ['a server, in two steps', (element: ReactElement) => createStreamed(createStreamed(element))],
])('a child that is still on its way from %s comes when it is there', async (_from, send) => {
  const element = send(<b>There</b>);
  await act(async () => {
    render(
      <Suspense fallback="Waiting">
        <Login.Text asChild>{element}</Login.Text>
      </Suspense>,
    );
  });
  expect(await screen.findByText('There')).toHaveAttribute('data-part', 'text');
});

test('a condition that does not hold is no second child', () => {
  render(
    <Login.Text asChild>
      {null}
      <b>Alone</b>
      {false}
    </Login.Text>,
  );
  expect(screen.getByText('Alone')).toHaveAttribute('data-part', 'text');
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
