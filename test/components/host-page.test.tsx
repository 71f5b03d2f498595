import { fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { CibaLogin, CibaLoginDialog } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';

test('H9: a hint that comes while the user types leaves the text, and counts after that login', async () => {
  const adapter = createMemoryAdapter();
  const user = userEvent.setup();
  const { rerender } = render(<CibaLogin adapter={adapter} />);
  await user.type(screen.getByRole('textbox'), 'grace@example.com');
  rerender(<CibaLogin adapter={adapter} loginHint="ada@example.com" />);
  expect(screen.getByRole('textbox')).toHaveValue('grace@example.com');
  expect(screen.getByRole('textbox')).toHaveFocus();
  await user.keyboard('{Enter}');
  await user.click(await screen.findByRole('button', { name: en['action.cancel'] }));
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(screen.getByText('ada@example.com')).toBeVisible();
  await user.click(screen.getByRole('button', { name: en['idle.start'] }));
  const hints = adapter.calls.filter(({ method }) => method === 'initiate').length;
  expect(hints).toBe(2);
  expect(screen.getByText('ada@example.com')).toBeVisible();
});

test('H9: a hint that comes to an untouched field replaces it', () => {
  const adapter = createMemoryAdapter();
  const { rerender } = render(<CibaLogin adapter={adapter} />);
  rerender(<CibaLogin adapter={adapter} loginHint="ada@example.com" />);
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(screen.getByText('ada@example.com')).toBeVisible();
});

test('H2: a click beside the login, on its dialog, is not the host’s', () => {
  const onClick = vi.fn();
  const onDoubleClick = vi.fn();
  render(
    <div {...{ onClick, onDoubleClick }}>
      <CibaLoginDialog
        open
        onOpenChange={() => undefined}
        adapter={createMemoryAdapter()}
        help={<a href="#help">Help</a>}
      />
    </div>,
  );
  const dialog = screen.getByRole('dialog');
  fireEvent.click(dialog, { detail: 1 });
  fireEvent.doubleClick(dialog);
  expect(onClick).not.toHaveBeenCalled();
  expect(onDoubleClick).not.toHaveBeenCalled();
  fireEvent.click(screen.getByText('Help'), { detail: 1 });
  expect(onClick).toHaveBeenCalledOnce();
});
