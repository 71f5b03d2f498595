import { act } from '@testing-library/react';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { CibaLogin, TotpInput } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';

// Any mismatch is a console error, which fails the test.
test('a login hydrates as it was rendered and rings nobody', async () => {
  const adapter = createMemoryAdapter();
  const login = (
    <StrictMode>
      <CibaLogin adapter={adapter} />
    </StrictMode>
  );
  const container = document.createElement('div');
  container.innerHTML = renderToString(login);
  const before = container.innerHTML;
  const root = await act(async () => hydrateRoot(container, login));
  expect(container.innerHTML).toBe(before);
  expect(adapter.calls).toEqual([]);
  await act(async () => root.unmount());
});

test('a code that was typed before hydration is kept and reported', async () => {
  const onValueChange = vi.fn();
  const onComplete = vi.fn();
  const field = <TotpInput aria-label="Code" onValueChange={onValueChange} onComplete={onComplete} />;
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = renderToString(field);
  const input = container.querySelector('input') as HTMLInputElement;
  input.value = '123456';
  const root = await act(async () => hydrateRoot(container, field));
  expect(input.value).toBe('123456');
  expect(onValueChange).toHaveBeenCalledExactlyOnceWith('123456', { reason: 'autofill', event: null });
  expect(onComplete).toHaveBeenCalledExactlyOnceWith('123456');
  await act(async () => root.unmount());
  container.remove();
});
