import { Profiler, StrictMode, useState } from 'react';
import type { ReactElement } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-react';
import { allowConsole } from '../setup/console.js';
import { normalizeCode } from '../../src/contract/code.js';
import { TotpInput } from '../../src/components/totp-input/index.js';
import type { TotpInputProps } from '../../src/components/totp-input/index.js';
import '../../src/styles/index.css';

afterEach(cleanup);

interface Cdp {
  send(method: string, params: object): Promise<unknown>;
}
const chromium = () => cdp() as unknown as Cdp;

async function mount(props: TotpInputProps = {}, around: (field: ReactElement) => ReactElement = (field) => field) {
  const onValueChange = vi.fn();
  const onComplete = vi.fn();
  const onValueInvalid = vi.fn();
  const screen = await render(
    around(
      <div>
        <label htmlFor="code">Code</label>
        <TotpInput id="code" {...{ onValueChange, onComplete, onValueInvalid }} {...props} />
      </div>,
    ),
  );
  const input = screen.getByLabelText('Code').element() as HTMLInputElement;
  return { screen, input, onValueChange, onComplete, onValueInvalid };
}

/** A paste as the keyboard makes it: an event with data, and the browser's own insertion unless somebody stopped it. */
function paste(input: HTMLInputElement, text: string) {
  input.focus();
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  if (input.dispatchEvent(event)) document.execCommand('insertText', false, text);
}

/** What autofill does: the browser sets the value past every script and says so. */
function autofill(input: HTMLInputElement, value: string) {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

const values = (spy: ReturnType<typeof vi.fn>) => spy.mock.calls.map(([value]) => value as string);

describe('typing', () => {
  test('six digits, each reported once, completion once', async () => {
    const { input, onValueChange, onComplete } = await mount();
    input.focus();
    await userEvent.keyboard('123456');
    expect(values(onValueChange)).toEqual(['1', '12', '123', '1234', '12345', '123456']);
    expect(onValueChange).toHaveBeenLastCalledWith('123456', expect.objectContaining({ reason: 'type' }));
    expect(values(onComplete)).toEqual(['123456']);
  });

  test('a seventh digit changes nothing', async () => {
    const { input, onComplete } = await mount();
    input.focus();
    await userEvent.keyboard('1234567');
    expect(input.value).toBe('123456');
    expect(onComplete).toHaveBeenCalledTimes(1);
  });

  test('letters change nothing and are reported', async () => {
    const { input, onValueChange, onValueInvalid } = await mount();
    input.focus();
    await userEvent.keyboard('1a');
    expect(input.value).toBe('1');
    expect(onValueChange).toHaveBeenCalledTimes(1);
    expect(onValueInvalid).toHaveBeenCalledWith(expect.objectContaining({ reason: 'type' }));
  });

  test('Backspace deletes at the first press, also when the key has no name', async () => {
    const { input, onValueChange } = await mount({ defaultValue: '123' });
    input.focus();
    input.setSelectionRange(3, 3);
    await userEvent.keyboard('{Backspace}');
    expect(input.value).toBe('12');
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Unidentified', keyCode: 229, bubbles: true } as object));
    document.execCommand('delete');
    document.execCommand('delete');
    expect(input.value).toBe('');
    expect(onValueChange).toHaveBeenLastCalledWith('', expect.objectContaining({ reason: 'clear' }));
  });

  test('after arrows to the left, a digit overwrites the one behind the caret', async () => {
    const { input } = await mount({ defaultValue: '123456' });
    input.focus();
    input.setSelectionRange(6, 6);
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}9');
    expect(input.value).toBe('123956');
    expect(input.selectionStart).toBe(4);
  });

  test('Home, End and Delete are the browser’s', async () => {
    const { input } = await mount({ defaultValue: '123' });
    input.focus();
    await userEvent.keyboard('{Home}{Delete}{End}4');
    expect(input.value).toBe('234');
  });

  test('undo takes back what was typed', async () => {
    const { input } = await mount();
    input.focus();
    await userEvent.keyboard('123');
    await userEvent.keyboard('{Control>}z{/Control}');
    expect(input.value.length).toBeLessThan(3);
  });

  test('select all takes the whole code', async () => {
    const { input } = await mount({ defaultValue: '123456' });
    input.focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    expect([input.selectionStart, input.selectionEnd]).toEqual([0, 6]);
    await userEvent.keyboard('7');
    expect(input.value).toBe('7');
  });

  test('a composition per digit', async () => {
    const { input, onComplete } = await mount();
    input.focus();
    for (const digit of '123456') {
      await chromium().send('Input.imeSetComposition', { text: digit, selectionStart: 1, selectionEnd: 1 });
      await chromium().send('Input.insertText', { text: digit });
    }
    expect(input.value).toBe('123456');
    expect(values(onComplete)).toEqual(['123456']);
  });

  test('one composition of the whole code counts before it ends', async () => {
    const { input, onComplete } = await mount();
    input.focus();
    await chromium().send('Input.imeSetComposition', { text: '123456', selectionStart: 6, selectionEnd: 6 });
    expect(values(onComplete)).toEqual(['123456']);
    await chromium().send('Input.insertText', { text: '123456' });
    expect(input.value).toBe('123456');
    expect(onComplete).toHaveBeenCalledTimes(1);
  });
});

describe('pasting', () => {
  test.each([
    ['with a hyphen', '', '123-456', '123456'],
    ['a sentence', '', 'Your code is 123456.', '123456'],
    ['full-width digits', '', '１２３４５６', '123456'],
    ['Arabic-Indic digits', '', '١٢٣٤٥٦', '123456'],
    ['more digits than fit', '', '12345678', '123456'],
    ['letters over a part of a code', '123', 'abc', '123'],
    ['a part at the caret', '12', '3456', '123456'],
    ['a new code over a full one', '111111', '123456', '123456'],
  ])('%s', async (_, before, text, after) => {
    const { input, onComplete, onValueInvalid } = await mount({ defaultValue: before });
    input.focus();
    input.setSelectionRange(before.length, before.length);
    paste(input, text);
    expect(input.value).toBe(after);
    expect(values(onComplete)).toEqual(after.length === 6 ? [after] : []);
    expect(onValueInvalid).toHaveBeenCalledTimes(after === '123' ? 1 : 0);
  });

  test('in the middle, the rest is overwritten', async () => {
    const { input } = await mount({ defaultValue: '123456' });
    input.focus();
    input.setSelectionRange(2, 2);
    paste(input, '99');
    expect(input.value).toBe('129956');
  });

  test('is one change with its reason, and undo knows of it', async () => {
    const { input, onValueChange } = await mount();
    paste(input, '123-456');
    expect(onValueChange).toHaveBeenCalledTimes(1);
    expect(onValueChange).toHaveBeenCalledWith('123456', expect.objectContaining({ reason: 'paste' }));
    await userEvent.keyboard('{Control>}z{/Control}');
    expect(input.value).toBe('');
  });
});

describe('H8: a drop', () => {
  /** Drops text on the field, with the browser's own drag and drop. */
  async function drop(input: HTMLInputElement, text: string) {
    const box = input.getBoundingClientRect();
    const frame = window.frameElement?.getBoundingClientRect() ?? { left: 0, top: 0, width: window.innerWidth };
    const scale = frame.width / window.innerWidth;
    const x = frame.left + (box.left + 20) * scale;
    const y = frame.top + (box.top + box.height / 2) * scale;
    const data = { items: [{ mimeType: 'text/plain', data: text }], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'dragOver', 'drop'])
      await chromium().send('Input.dispatchDragEvent', { type, x, y, data });
  }

  test.each([
    ['a sentence', '', 'Your code is valid for 10 min: 123-456', '123456'],
    ['a sentence over a code', '111111', '您的验证码是123456，10分钟内有效', '123456'],
    ['a code over a code', '111111', '123456', '123456'],
  ])('%s', async (_, before, text, after) => {
    const { input, onValueChange, onComplete } = await mount({ defaultValue: before });
    await drop(input, text);
    await expect.poll(() => input.value).toBe(after);
    expect(values(onComplete)).toEqual([after]);
    expect(onValueChange).toHaveBeenCalledExactlyOnceWith(after, expect.objectContaining({ reason: 'paste' }));
  });

  test('two codes are none', async () => {
    const { input, onValueChange, onValueInvalid } = await mount({ defaultValue: '123' });
    await drop(input, 'Code 123456 or 654321');
    await expect.poll(() => values(onValueInvalid).length).toBe(1);
    expect(input.value).toBe('123');
    expect(onValueChange).not.toHaveBeenCalled();
  });
});

describe('autofill', () => {
  test.each([true, false])('fills the field, focused: %s', async (focused) => {
    const { input, onValueChange, onComplete } = await mount();
    if (focused) input.focus();
    autofill(input, '123456');
    expect(onValueChange).toHaveBeenCalledTimes(1);
    expect(onValueChange).toHaveBeenCalledWith('123456', expect.objectContaining({ reason: 'autofill' }));
    expect(values(onComplete)).toEqual(['123456']);
    expect(document.activeElement === input).toBe(focused);
  });

  test('over a full code completes again, with the same code it does not', async () => {
    const { input, onComplete } = await mount();
    autofill(input, '111111');
    autofill(input, '123456');
    autofill(input, '123456');
    expect(values(onComplete)).toEqual(['111111', '123456']);
  });

  test('by a keyboard that inserts the whole code', async () => {
    const { input, onComplete } = await mount();
    input.focus();
    await chromium().send('Input.insertText', { text: '123 456' });
    expect(input.value).toBe('123456');
    expect(values(onComplete)).toEqual(['123456']);
  });
});

describe('the form around it', () => {
  const inForm = (onSubmit: () => void) => (field: ReactElement) => (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {field}
      <button type="reset">Reset</button>
      <button type="submit">Send</button>
    </form>
  );

  test('Enter on three digits does not submit, on six it does', async () => {
    const onSubmit = vi.fn();
    const { input } = await mount({ required: true }, inForm(onSubmit));
    input.focus();
    await userEvent.keyboard('123{Enter}');
    expect(onSubmit).not.toHaveBeenCalled();
    expect(input.validity.patternMismatch).toBe(true);
    await userEvent.keyboard('456{Enter}');
    expect(onSubmit).toHaveBeenCalledTimes(1);
  });

  test('an empty required field does not submit', async () => {
    const onSubmit = vi.fn();
    const { input } = await mount({ required: true }, inForm(onSubmit));
    input.focus();
    await userEvent.keyboard('{Enter}');
    expect(onSubmit).not.toHaveBeenCalled();
    expect(input.validity.valueMissing).toBe(true);
  });

  test('reset empties it and says so', async () => {
    const { screen, input, onValueChange } = await mount({}, inForm(vi.fn()));
    input.focus();
    await userEvent.keyboard('123');
    await screen.getByText('Reset').click();
    expect(input.value).toBe('');
    expect(onValueChange).toHaveBeenLastCalledWith('', expect.objectContaining({ reason: 'reset' }));
    expect(document.querySelectorAll('[data-part="slot"][data-filled]')).toHaveLength(0);
  });

  test('its name carries the code', async () => {
    const { input } = await mount({ name: 'otp' }, inForm(vi.fn()));
    autofill(input, '123456');
    expect(new FormData(input.form as HTMLFormElement).get('otp')).toBe('123456');
  });

  test('disabled and read-only take nothing', async () => {
    const readOnly = await mount({ readOnly: true, defaultValue: '12' });
    paste(readOnly.input, '123456');
    await userEvent.keyboard('3');
    expect(readOnly.input.value).toBe('12');
    await cleanup();
    const disabled = await mount({ disabled: true });
    disabled.input.focus();
    expect(document.activeElement).not.toBe(disabled.input);
  });
});

describe('the app’s value', () => {
  function Controlled({ accept, spy }: { accept: (next: string) => boolean; spy: (value: string) => void }) {
    const [value, setValue] = useState('');
    return (
      <>
        <TotpInput
          aria-label="Code"
          value={value}
          onValueChange={(next) => {
            if (accept(next)) setValue(next);
          }}
          onComplete={spy}
        />
        <button onClick={() => setValue('')}>Reject</button>
      </>
    );
  }

  test('a rejected code is cleared from outside; the same one completes again when it is typed again', async () => {
    const spy = vi.fn();
    const screen = await render(
      <StrictMode>
        <Controlled accept={() => true} spy={spy} />
      </StrictMode>,
    );
    const input = screen.getByLabelText('Code').element() as HTMLInputElement;
    input.focus();
    await userEvent.keyboard('123456');
    await screen.getByText('Reject').click();
    expect(input.value).toBe('');
    expect(spy).toHaveBeenCalledTimes(1);
    input.focus();
    await userEvent.keyboard('123456');
    expect(values(spy)).toEqual(['123456', '123456']);
  });

  test('a change that the app refuses is taken back', async () => {
    const screen = await render(<Controlled accept={(next) => next.length <= 2} spy={vi.fn()} />);
    const input = screen.getByLabelText('Code').element() as HTMLInputElement;
    input.focus();
    await userEvent.keyboard('123');
    expect(input.value).toBe('12');
  });

  test('a code never stands in an attribute or in another node', async () => {
    const screen = await render(<Controlled accept={() => true} spy={vi.fn()} />);
    const input = screen.getByLabelText('Code').element() as HTMLInputElement;
    autofill(input, '987654');
    await expect.poll(() => document.querySelectorAll('[data-filled]').length).toBe(6);
    expect(document.body.outerHTML).not.toMatch(/9\D*8\D*7\D*6\D*5\D*4/);
    expect(input.value).toBe('987654');
  });
});

describe('pointer and page', () => {
  test('a click on a digit picks it, and the next key replaces it', async () => {
    const { input } = await mount({ defaultValue: '123456' });
    const slot = document.querySelectorAll('[data-part="slot"]')[1] as HTMLElement;
    const box = slot.getBoundingClientRect();
    const field = input.getBoundingClientRect();
    await userEvent.click(input, {
      position: { x: box.left + box.width / 2 - field.left, y: box.top + box.height / 2 - field.top },
    });
    await userEvent.keyboard('9');
    expect(input.value).toBe('193456');
  });

  test('a click on the label puts the focus into the field', async () => {
    const { screen, input } = await mount();
    await screen.getByText('Code').click();
    expect(document.activeElement).toBe(input);
  });

  test('on a right-to-left page the digits keep their order', async () => {
    const { input } = await mount({ defaultValue: '12' }, (field) => <div dir="rtl">{field}</div>);
    expect(getComputedStyle(input).direction).toBe('ltr');
    const slots = document.querySelectorAll('[data-part="slot"]');
    expect(slots[0]?.getBoundingClientRect().left).toBeLessThan(slots[5]?.getBoundingClientRect().left ?? 0);
  });

  test('the box of the caret is marked, and none without the focus', async () => {
    const { input } = await mount({ defaultValue: '12' });
    const active = () =>
      Array.from(
        document.querySelectorAll('[data-part="slot"]'),
        (slot) => 'active' in (slot as HTMLElement).dataset,
      ).indexOf(true);
    expect(active()).toBe(-1);
    input.focus();
    input.setSelectionRange(2, 2);
    await expect.poll(active).toBe(2);
    input.blur();
    await expect.poll(active).toBe(-1);
  });

  test.each([320, 1280])('six digits stand in their boxes, %d px wide', async (width) => {
    const { input } = await mount({ defaultValue: '123456' }, (field) => <div className={`w${width}`}>{field}</div>);
    const frame = input.closest(`.w${width}`) as HTMLElement;
    frame.style.width = `${width - 40}px`;
    const slots = Array.from(document.querySelectorAll('[data-part="slot"]'), (slot) => slot.getBoundingClientRect());
    const style = getComputedStyle(input);
    const glyph = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
    glyph.font = `${style.fontSize} ${style.fontFamily}`;
    const ch = glyph.measureText('0').width;
    const start = input.getBoundingClientRect().left + parseFloat(style.paddingInlineStart);
    slots.forEach((slot, index) => {
      const center = start + index * (ch + parseFloat(style.letterSpacing)) + ch / 2;
      expect(Math.abs(center - (slot.left + slot.width / 2))).toBeLessThan(1);
    });
    expect(slots[5]?.right).toBeLessThanOrEqual(frame.getBoundingClientRect().right + 0.5);
    expect(frame.scrollWidth).toBeLessThanOrEqual(frame.clientWidth);
    expect(parseFloat(style.fontSize)).toBeGreaterThanOrEqual(16);
  });

  test('it is one text field to a screen reader, without any style attribute', async () => {
    const { screen, input } = await mount();
    expect(screen.getByRole('textbox').elements()).toEqual([input]);
    expect(document.querySelector('[data-scope="totp-input"][style], [data-scope="totp-input"] [style]')).toBeNull();
    expect(input.autocomplete).toBe('one-time-code');
    expect(input.inputMode).toBe('numeric');
  });
});

describe('what an app gets wrong is complained of, and the field works', () => {
  test.each<[string, TotpInputProps, RegExp]>([
    ['no length', { length: 0 }, /length=\{0\} isn't a whole number from 4 to 10, so 6 is used/],
    ['half a length', { length: 2.5 }, /length=\{2.5\}/],
    ['a length without boxes', { length: 12 }, /length=\{12\}/],
    ['no alphabet', { alphabet: '' }, /alphabet is empty/],
    ['groups of another length', { groups: [3, 4] }, /groups=\{\[3,4\]\} don't add up to the length 6/],
    ['a value that is too long', { value: '1234567' }, /longer than the length 6, so it was cut/],
    ['a default that is too long', { defaultValue: '1234567' }, /longer than the length 6/],
    ['a value with letters', { value: '12ab' }, /characters that are not in the alphabet/],
  ])('%s', async (_, props, message) => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { input } = await mount(props);
    expect(values(complaint)).toEqual([expect.stringMatching(message)]);
    expect(values(complaint)[0]).not.toMatch(/1234567|12ab/);
    expect(document.querySelectorAll('[data-part="slot"]')).toHaveLength(6);
    expect(input.value).toBe(normalizeCode(props.value ?? props.defaultValue ?? ''));
  });

  test('two fields of one name in a form', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await render(
      <form>
        <TotpInput aria-label="Code" name="otp" />
        <input aria-label="Old" name="otp" />
      </form>,
    );
    expect(values(complaint)).toEqual([expect.stringMatching(/another field named "otp"/)]);
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('The app’s own fault');
      },
    ],
    ['rejects', () => Promise.reject(new Error('The app’s own fault'))],
  ])('an onComplete that %s is an unhandled rejection', async (_, onComplete) => {
    allowConsole(/isTrusted/); // what Vitest makes of the event
    const onRejection = vi.fn((event: PromiseRejectionEvent) => event.preventDefault());
    window.addEventListener('unhandledrejection', onRejection);
    const { input, onValueChange } = await mount({ onComplete });
    autofill(input, '123456');
    await expect.poll(() => onRejection.mock.calls.length).toBe(1);
    window.removeEventListener('unhandledrejection', onRejection);
    const [{ reason }] = onRejection.mock.calls[0] as [PromiseRejectionEvent];
    expect((reason as Error).message).toBe('The app’s own fault');
    expect(onValueChange).toHaveBeenCalledTimes(1);
    input.focus();
    input.setSelectionRange(6, 6);
    await userEvent.keyboard('{Backspace}');
    expect(input.value).toBe('12345');
  });
});

describe('other codes', () => {
  const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

  test.each([4, 5, 7, 8, 9, 10])('%d digits', async (length) => {
    const { input, onComplete } = await mount({ length });
    input.focus();
    const code = '1234567890'.slice(0, length);
    await userEvent.keyboard(code);
    expect(values(onComplete)).toEqual([code]);
    const slots = Array.from(document.querySelectorAll('[data-part="slot"]'), (slot) => slot.getBoundingClientRect());
    expect(slots).toHaveLength(length);
    const field = input.parentElement as HTMLElement;
    expect(slots.at(-1)?.right).toBeLessThanOrEqual(field.getBoundingClientRect().right + 0.5);
  });

  test('letters of an alphabet, in the case that it has', async () => {
    const { input, onComplete, onValueInvalid } = await mount({ length: 8, alphabet: LETTERS });
    expect(input.inputMode).toBe('text');
    expect(input.autocapitalize).toBe('characters');
    input.focus();
    await userEvent.keyboard('ab');
    paste(input, 'cd-ef gh');
    expect(input.value).toBe('ABCDEFGH');
    expect(values(onComplete)).toEqual(['ABCDEFGH']);
    expect(input.validity.valid).toBe(true);
    input.setSelectionRange(0, 1);
    await userEvent.keyboard('0');
    expect(input.value).toBe('ABCDEFGH');
    expect(onValueInvalid).toHaveBeenCalledWith(expect.objectContaining({ reason: 'type' }));
  });

  test('an alphabet of signs that mean something in a pattern', async () => {
    const { input } = await mount({ length: 4, alphabet: '-]^\\&|' });
    autofill(input, ']-^&');
    expect(input.value).toBe(']-^&');
    expect(input.validity.valid).toBe(true);
  });

  test('groups have a separator between them, in the gap, and the code has none', async () => {
    const { input } = await mount({ groups: [3, 3], defaultValue: '123456' });
    const separators = document.querySelectorAll('[data-part="separator"]');
    expect(separators).toHaveLength(1);
    const [third, fourth] = Array.from(document.querySelectorAll('[data-part="slot"]'), (slot) =>
      slot.getBoundingClientRect(),
    ).slice(2, 4) as [DOMRect, DOMRect];
    const { left } = (separators[0] as Element).getBoundingClientRect();
    expect(left).toBeGreaterThan(third.right);
    expect(left).toBeLessThan(fourth.left);
    expect(Math.abs(left - (third.right + fourth.left) / 2)).toBeLessThan(1);
    expect(input.value).toBe('123456');
  });

  test('a separator of the app', async () => {
    await mount({ length: 8, groups: [2, 3, 3], separator: '·' });
    const texts = Array.from(document.querySelectorAll('[data-part="separator"]'), ({ textContent }) => textContent);
    expect(texts).toEqual(['·', '·']);
  });

  test('masked, it shows dots and stays a text field', async () => {
    const { input } = await mount({ mask: true, defaultValue: '123456' });
    expect(input.type).toBe('text');
    expect(getComputedStyle(input).getPropertyValue('-webkit-text-security')).toBe('disc');
    input.focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    expect([input.selectionStart, input.selectionEnd]).toEqual([0, 6]);
  });
});

test('in forced colours the marked slot has the system’s highlight', async () => {
  const { input } = await mount({ defaultValue: '12' });
  input.focus();
  await expect.poll(() => document.querySelectorAll('[data-active]').length).toBe(1);
  const outline = () => getComputedStyle(document.querySelector('[data-active]') as Element).outlineColor;
  const before = outline();
  await chromium().send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
  try {
    expect(window.matchMedia('(forced-colors: active)').matches).toBe(true);
    const probe = document.body.appendChild(document.createElement('p'));
    probe.style.outline = '1px solid Highlight';
    expect(outline()).toBe(getComputedStyle(probe).outlineColor);
    expect(outline()).not.toBe(before);
    probe.remove();
  } finally {
    await chromium().send('Emulation.setEmulatedMedia', { features: [] });
  }
});

describe('renders', () => {
  test('one commit a key and one a paste', async () => {
    let commits = 0;
    const { input } = await mount({}, (field) => (
      <Profiler id="field" onRender={() => (commits += 1)}>
        {field}
      </Profiler>
    ));
    input.focus();
    await expect.poll(() => document.querySelectorAll('[data-active]').length).toBe(1);
    for (const digit of '123456') {
      commits = 0;
      await userEvent.keyboard(digit);
      expect(commits).toBe(1);
    }
    input.select();
    await expect.poll(() => document.querySelector('[data-active]')).toBe(document.querySelector('[data-part="slot"]'));
    commits = 0;
    paste(input, '654321');
    expect(input.value).toBe('654321');
    expect(commits).toBe(1);
  });
});
