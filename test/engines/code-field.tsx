import { StrictMode, useState } from 'react';
import type { ComponentType, ReactNode } from 'react';
import { server, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { chromium, mouse } from './driver.js';
import type { Point } from './driver.js';

/** What every library's field is given, in its own words (bench/ has the other libraries). */
export interface FieldProps {
  readonly id?: string;
  readonly name?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly readOnly?: boolean;
  readonly value?: string;
  readonly onValueChange?: (value: string) => void;
  readonly onComplete?: (value: string) => void;
}

/** A code field of six digits, as one library makes it. */
export interface Library {
  readonly name: string;
  readonly Field: ComponentType<FieldProps>;
  /** The boxes that a person sees, in the order of the document. */
  readonly slots: string;
  /** Milliseconds after which it has done what it does in timers; ours has none. */
  readonly pause?: number;
}

interface Around {
  readonly props?: FieldProps;
  readonly dir?: 'rtl';
  /** Where the field is drawn. @default the page of the tests */
  readonly place?: 'frame' | 'shadow root';
  readonly strict?: boolean;
  /** The app holds the value, and empties it with the button Clear. */
  readonly controlled?: boolean;
}

export const engine = server.browser as 'chromium' | 'firefox' | 'safari';

/** A field in a form, with what its app has heard of it, and its user. */
export class CodeField {
  readonly completed: string[] = [];
  readonly changed: string[] = [];
  submits = 0;

  private constructor(
    readonly root: HTMLElement,
    private readonly library: Library,
  ) {}

  static async mount(library: Library, { props, dir, place, strict, controlled }: Around = {}): Promise<CodeField> {
    const holder = holderIn(place);
    if (dir) holder.dir = dir;
    const field = new CodeField(holder, library);
    const heard: FieldProps = {
      onValueChange: (value) => field.changed.push(value),
      onComplete: (value) => field.completed.push(value),
    };
    const Wrapper = strict ? StrictMode : PlainWrapper;
    await render(
      <Wrapper>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            field.submits += 1;
          }}
        >
          <label htmlFor="code">Code</label>
          {controlled ? (
            <Controlled library={library} {...heard} {...props} />
          ) : (
            <library.Field id="code" name="otp" {...heard} {...props} />
          )}
          <button type="reset">Reset</button>
          <button type="submit">Send</button>
        </form>
        <button type="button" data-testid="elsewhere">
          Elsewhere
        </button>
        <textarea aria-label="Clipboard" defaultValue="" />
      </Wrapper>,
      { container: holder },
    );
    return field;
  }

  get form(): HTMLFormElement {
    return this.root.querySelector('form') as HTMLFormElement;
  }

  /** The fields that a person can type into. */
  get inputs(): HTMLInputElement[] {
    return Array.from(this.root.querySelectorAll('input')).filter(
      (input) => input.type !== 'hidden' && input.ariaHidden !== 'true' && !input.hidden,
    );
  }

  get entry(): HTMLInputElement {
    return this.inputs[0] as HTMLInputElement;
  }

  get slots(): HTMLElement[] {
    return Array.from(this.root.querySelectorAll<HTMLElement>(this.library.slots));
  }

  /** The code that stands in the field or fields. */
  get value(): string {
    return this.inputs.map((input) => input.value).join('');
  }

  get focused(): HTMLInputElement | undefined {
    const { activeElement } = this.root.getRootNode() as Document | ShadowRoot;
    return this.inputs.find((input) => input === activeElement);
  }

  get selected(): number {
    const { selectionStart, selectionEnd } = this.focused ?? {};
    return (selectionEnd ?? 0) - (selectionStart ?? 0);
  }

  focus(): void {
    // WebKit sends keys to a frame only when its window was focused.
    this.root.ownerDocument.defaultView?.focus();
    this.entry.focus();
  }

  async press(button: string): Promise<void> {
    const found = Array.from(this.root.querySelectorAll('button')).find(({ textContent }) => textContent === button);
    await this.click(found as HTMLElement);
  }

  async click(element: Element): Promise<void> {
    await mouse(middleOf(element));
    await this.settle();
  }

  /** Into the field, key by key and without a pause. */
  async type(keys: string): Promise<void> {
    if (!this.focused) this.focus();
    await userEvent.keyboard(keys);
    await this.settle();
  }

  /** Takes the last edit back. MiniBrowser, in which WebKit runs, has no key for it, in a plain field neither. */
  async undo(): Promise<void> {
    if (engine === 'safari') document.execCommand('undo');
    else await this.type('{Control>}z{/Control}');
    await this.settle();
  }

  async redo(): Promise<void> {
    if (engine === 'safari') document.execCommand('redo');
    else await this.type('{Control>}{Shift>}z{/Shift}{/Control}');
    await this.settle();
  }

  /** Puts a text on the clipboard by really copying it; before the field has anything that the change of focus could disturb. */
  async copy(text: string): Promise<void> {
    const clipboard = this.clipboard;
    clipboard.value = text;
    clipboard.focus();
    clipboard.select();
    await userEvent.keyboard('{Control>}c{/Control}');
    clipboard.value = '';
  }

  async paste(): Promise<void> {
    if (!this.focused) this.focus();
    await this.type('{Control>}v{/Control}');
  }

  /** What the clipboard holds, by really pasting it elsewhere. */
  async copied(): Promise<string> {
    this.clipboard.value = '';
    this.clipboard.focus();
    await userEvent.keyboard('{Control>}v{/Control}');
    await this.settle();
    return this.clipboard.value;
  }

  /** What autofill does: the browser sets the value past every script and says so. Dispatched in every engine. */
  async autofill(value: string, input: HTMLInputElement = this.entry): Promise<void> {
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value') as PropertyDescriptor;
    set?.call(input, value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
    await this.settle();
  }

  /** One character by an input method: really in Chromium, elsewhere as the events that the engine would send. */
  async compose(character: string): Promise<void> {
    if (!this.focused) this.focus();
    if (engine === 'chromium') {
      await chromium('Input.imeSetComposition', { text: character, selectionStart: 1, selectionEnd: 1 });
      await chromium('Input.insertText', { text: character });
      await this.settle();
      return;
    }
    const input = this.focused as HTMLInputElement;
    const insert = (type: string, isComposing: boolean) =>
      input.dispatchEvent(
        new InputEvent('input', { bubbles: true, inputType: type, data: character, isComposing } as InputEventInit),
      );
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Process', keyCode: 229, bubbles: true } as object));
    input.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    input.setRangeText(character, input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end');
    insert('insertCompositionText', true);
    // Safari sends its last input event before the end, Firefox after it.
    if (engine === 'safari') insert('insertFromComposition', true);
    input.dispatchEvent(new CompositionEvent('compositionend', { data: character, bubbles: true }));
    if (engine === 'firefox') insert('insertCompositionText', false);
    await this.settle();
  }

  /** A backspace of a virtual keyboard, which names no key. Dispatched in every engine. */
  async deleteWithoutKey(): Promise<void> {
    this.focused?.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Unidentified', keyCode: 229, bubbles: true, cancelable: true } as object),
    );
    this.root.ownerDocument.execCommand('delete');
    await this.settle();
  }

  async clickSlot(index: number): Promise<void> {
    await this.click(this.slots[index] as HTMLElement);
  }

  async dragOver(from: number, to: number): Promise<void> {
    await mouse(middleOf(this.slots[from] as HTMLElement), middleOf(this.slots[to] as HTMLElement));
    await this.settle();
  }

  /** Until the events of the last action have come: browsers report a selection in a task of its own. */
  async settle(): Promise<void> {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const { pause } = this.library;
    if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
  }

  private get clipboard(): HTMLTextAreaElement {
    return this.root.querySelector('textarea') as HTMLTextAreaElement;
  }
}

function holderIn(place: Around['place']): HTMLElement {
  if (place === 'frame') {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const { body } = frame.contentDocument as Document;
    return body.appendChild(body.ownerDocument.createElement('div'));
  }
  const holder = document.createElement('div');
  if (place === 'shadow root')
    document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' }).append(holder);
  else document.body.append(holder);
  return holder;
}

function middleOf(element: Element): Point {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

function PlainWrapper({ children }: { children: ReactNode }) {
  return <>{children}</>;
}

function Controlled({ library, onValueChange, ...props }: FieldProps & { library: Library }) {
  const [value, setValue] = useState('');
  return (
    <>
      <library.Field
        id="code"
        name="otp"
        {...props}
        value={value}
        onValueChange={(next) => {
          setValue(next);
          onValueChange?.(next);
        }}
      />
      <button type="button" onClick={() => setValue('')}>
        Clear
      </button>
    </>
  );
}
