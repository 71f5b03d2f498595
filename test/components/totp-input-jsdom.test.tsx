import { fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { TotpInput } from 'react-ciba';

// Apps test their sign-in like this. jsdom has no execCommand and no beforeinput of its own; the field must not mind.

test('user-event types, deletes, pastes and clears', async () => {
  const onValueChange = vi.fn();
  const onComplete = vi.fn();
  render(<TotpInput aria-label="Code" onValueChange={onValueChange} onComplete={onComplete} />);
  const input = screen.getByRole('textbox', { name: 'Code' });
  const user = userEvent.setup();
  await user.type(input, '12a3');
  expect(input).toHaveValue('123');
  await user.keyboard('{Backspace}');
  expect(input).toHaveValue('12');
  await user.paste('34-56');
  expect(input).toHaveValue('123456');
  expect(onValueChange).toHaveBeenLastCalledWith('123456', expect.objectContaining({ reason: 'paste' }));
  await user.paste('Your code is 654321.');
  expect(input).toHaveValue('654321');
  await user.clear(input);
  expect(onValueChange).toHaveBeenLastCalledWith('', expect.objectContaining({ reason: 'clear' }));
  expect(onComplete.mock.calls).toEqual([['123456'], ['654321']]);
});

test('the app’s handlers find the field put right', async () => {
  const heard: string[] = [];
  render(
    <TotpInput
      aria-label="Code"
      onInput={({ currentTarget }) => heard.push(`input ${currentTarget.value}`)}
      onChange={({ currentTarget }) => heard.push(`change ${currentTarget.value}`)}
    />,
  );
  const user = userEvent.setup();
  screen.getByRole('textbox').focus();
  await user.paste('1-2');
  expect(heard).toEqual(['input 12', 'change 12']);
});

test.each([
  ['dictated', 'It is valid for 10 min: 123-456'],
  ['filled in', '您的验证码是123456，10分钟内有效'],
])('H8: a sentence that is %s gives its code', (_, sentence) => {
  const onComplete = vi.fn();
  render(<TotpInput aria-label="Code" defaultValue="99" onComplete={onComplete} />);
  const input = screen.getByRole('textbox');
  fireEvent.input(input, { target: { value: sentence } });
  expect(input).toHaveValue('123456');
  expect(onComplete.mock.calls).toEqual([['123456']]);
});

test('H6: a paste works where execCommand throws, and goes into no other field', async () => {
  const execCommand = vi.fn(() => {
    throw new TypeError('Not supported');
  });
  Object.assign(document, { execCommand });
  onTestFinished(() => void Reflect.deleteProperty(document, 'execCommand'));
  render(
    <>
      <TotpInput aria-label="Code" />
      <input aria-label="Search" />
    </>,
  );
  const input = screen.getByRole('textbox', { name: 'Code' });
  input.focus();
  const paste = (text: string) => fireEvent.paste(input, { clipboardData: { getData: () => text } });
  paste('123456');
  expect(input).toHaveValue('123456');
  // Extensions paste into fields that don't have the focus, and the command writes where the focus is.
  execCommand.mockClear();
  screen.getByRole('textbox', { name: 'Search' }).focus();
  paste('654321');
  expect(input).toHaveValue('654321');
  expect(execCommand).not.toHaveBeenCalled();
});

test('a paste that the app prevents is not taken', async () => {
  render(<TotpInput aria-label="Code" onPaste={(event) => event.preventDefault()} />);
  const user = userEvent.setup();
  screen.getByRole('textbox').focus();
  await user.paste('123456');
  expect(screen.getByRole('textbox')).toHaveValue('');
});

test('a refused replacement of one digit by another is taken back', async () => {
  function Stubborn() {
    const [value] = useState('111111');
    return <TotpInput aria-label="Code" value={value} onValueChange={() => undefined} />;
  }
  render(<Stubborn />);
  const input = screen.getByRole<HTMLInputElement>('textbox');
  const user = userEvent.setup();
  await user.type(input, '2', { initialSelectionStart: 5, initialSelectionEnd: 6 });
  expect(input).toHaveValue('111111');
});
