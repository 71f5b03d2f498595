import axe from 'axe-core';
import { page, userEvent } from 'vitest/browser';
import { CodeField, engine } from './code-field.js';
import type { Library } from './code-field.js';
import { observeStrictPolicy } from './strict-policy.js';

/** One line of the table that every library is measured by: what a person does, and what must come of it. */
export interface Row {
  readonly name: string;
  /** Dispatched as events, where no driver can do the real thing. */
  readonly dispatched?: 'everywhere' | 'outside Chromium' | 'in WebKit';
  /** Says what came of it, in a few words. */
  readonly observe: (library: Library) => Promise<string>;
  /** What is right to say. */
  readonly right: readonly string[];
}

type Mount = Parameters<typeof CodeField.mount>[1];

function row(
  name: string,
  right: string | readonly string[],
  act: (field: CodeField) => Promise<string>,
  options: { readonly mount?: Mount; readonly dispatched?: Row['dispatched'] } = {},
): Row {
  return {
    name,
    right: typeof right === 'string' ? [right] : right,
    observe: async (library) => act(await CodeField.mount(library, options.mount)),
    ...(options.dispatched ? { dispatched: options.dispatched } : {}),
  };
}

const everywhere = { dispatched: 'everywhere' } as const;

function pasteRow(name: string, { before = '', text, right }: { before?: string; text: string; right: string }): Row {
  return row(name, right, async (field) => {
    await field.copy(text);
    field.focus();
    if (before) await field.type(before);
    await field.paste();
    return field.value;
  });
}

const typing: Row[] = [
  row('type 123456 fast', '123456, completed once', async (field) => {
    await field.type('123456');
    return `${field.value}, completed ${times(field.completed)}`;
  }),
  row(
    'the same in StrictMode',
    '123456, completed once',
    async (field) => {
      await field.type('123456');
      return `${field.value}, completed ${times(field.completed)}`;
    },
    { mount: { strict: true } },
  ),
  row(
    'the same, the app holds the value',
    '123456, completed once',
    async (field) => {
      await field.type('123456');
      return `${field.value}, completed ${times(field.completed)}`;
    },
    { mount: { controlled: true } },
  ),
  row('letters are not taken', '12', async (field) => {
    await field.type('1ab2');
    return field.value;
  }),
  row('Backspace from 123 deletes at the first press', '12', async (field) => {
    await field.type('123');
    await field.type('{Backspace}');
    return field.value;
  }),
  row(
    'Backspace as keyCode 229, four times from 123',
    'empty',
    async (field) => {
      await field.type('123');
      for (let press = 0; press < 4; press += 1) await field.deleteWithoutKey();
      return field.value || 'empty';
    },
    everywhere,
  ),
  // After the caret, or the slot that is marked.
  row('←←← then 9, no pause', ['123956', '129456'], async (field) => {
    await field.type('123456');
    await field.type('{ArrowLeft}{ArrowLeft}{ArrowLeft}9');
    return field.value;
  }),
  row('Home, Delete, End and 4 from 123', '234', async (field) => {
    await field.type('123');
    await field.type('{Home}{Delete}');
    await field.type('{End}4');
    return field.value;
  }),
  row(
    'undo and redo',
    'less, then 123',
    async (field) => {
      await field.type('123');
      await field.undo();
      const undone = field.value;
      for (let step = 0; step < 3; step += 1) await field.redo();
      return `${undone.length < 3 ? 'less' : undone}, then ${field.value}`;
    },
    { dispatched: 'in WebKit' },
  ),
  row(
    'undo after a digit was overwritten',
    '123456',
    async (field) => {
      await field.type('123456');
      await field.type('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
      await field.type('9');
      await field.undo();
      return field.value;
    },
    { dispatched: 'in WebKit' },
  ),
  row('select all and copy', '123456', async (field) => {
    await field.type('123456');
    await field.type('{Control>}a{/Control}{Control>}c{/Control}');
    return field.copied();
  }),
  row(
    'composition per digit',
    '123456, completed once',
    async (field) => {
      for (const digit of '123456') await field.compose(digit);
      return `${field.value}, completed ${times(field.completed)}`;
    },
    { dispatched: 'outside Chromium' },
  ),
];

const filling: Row[] = [
  row(
    'whole code filled in, field not focused',
    '123456, completed once',
    async (field) => {
      await field.autofill('123456');
      return `${field.value}, completed ${times(field.completed)}`;
    },
    everywhere,
  ),
  row(
    'whole code filled in, field focused',
    '123456, completed once',
    async (field) => {
      field.focus();
      await field.autofill('123456');
      return `${field.value}, completed ${times(field.completed)}`;
    },
    everywhere,
  ),
  row(
    'the field of the name filled in',
    '123456',
    async (field) => {
      const named = field.form.elements.namedItem('otp');
      if (!(named instanceof HTMLInputElement)) return 'none has the name';
      await field.autofill('123456', named);
      return field.changed.at(-1) ?? 'ignored';
    },
    everywhere,
  ),
  row(
    'filled in over a full code: completes again',
    '111111 123456',
    async (field) => {
      await field.autofill('111111');
      await field.autofill('123456');
      return field.completed.join(' ');
    },
    everywhere,
  ),
  row(
    'the same code filled in twice: completes once',
    '123456',
    async (field) => {
      await field.autofill('123456');
      await field.autofill('123456');
      return field.completed.join(' ');
    },
    everywhere,
  ),
];

const pasting: Row[] = [
  pasteRow('paste 123-456', { text: '123-456', right: '123456' }),
  pasteRow('paste “Your code is 123456.”', { text: 'Your code is 123456.', right: '123456' }),
  pasteRow('have 123, paste abc', { before: '123', text: 'abc', right: '123' }),
  pasteRow('have 12, paste 3456 at the caret', { before: '12', text: '3456', right: '123456' }),
  pasteRow('paste a new code over a full one', { before: '111111', text: '123456', right: '123456' }),
  pasteRow('paste full-width digits', { text: '１２３４５６', right: '123456' }),
  pasteRow('paste Arabic-Indic digits', { text: '١٢٣٤٥٦', right: '123456' }),
];

const pointing: Row[] = [
  row('click on slot 2, type 9', '193456', async (field) => {
    await field.type('123456');
    await field.clickSlot(1);
    await field.type('9');
    return field.value;
  }),
  row('drag over slots 1 to 4 selects them', 'selected', async (field) => {
    await field.type('123456');
    await field.dragOver(0, 3);
    return field.selected >= 3 ? 'selected' : `${field.selected} selected`;
  }),
  row('click on the label', 'focused', async (field) => {
    await field.click(field.root.querySelector('label') as HTMLElement);
    return field.focused ? 'focused' : 'not focused';
  }),
];

const forms: Row[] = [
  row('form.reset()', 'empty', async (field) => {
    await field.type('123');
    await field.press('Reset');
    await field.settle();
    return field.value || 'empty';
  }),
  row(
    'Enter on 3 digits',
    'not sent',
    async (field) => {
      await field.type('123');
      await field.type('{Enter}');
      return field.submits === 0 ? 'not sent' : 'sent';
    },
    { mount: { props: { required: true } } },
  ),
  row(
    'Enter on 6 digits',
    'sent',
    async (field) => {
      await field.type('123456');
      await field.type('{Enter}');
      return field.submits > 0 ? 'sent' : 'not sent';
    },
    { mount: { props: { required: true } } },
  ),
  row(
    'required and empty: not sent, and it says why',
    'not sent, says why',
    async (field) => {
      let message = '';
      field.form.addEventListener(
        'invalid',
        ({ target }) => (message = (target as HTMLInputElement).validationMessage),
        true,
      );
      await field.press('Send');
      return `${field.submits === 0 ? 'not sent' : 'sent'}, ${message ? 'says why' : 'says nothing'}`;
    },
    { mount: { props: { required: true } } },
  ),
  row('its name carries the code', '123456', async (field) => {
    await field.type('123456');
    return String(new FormData(field.form).get('otp'));
  }),
  row(
    'disabled takes nothing',
    'nothing',
    async (field) => {
      field.focus();
      await userEvent.keyboard('1');
      return field.value || (field.focused ? 'focused' : 'nothing');
    },
    { mount: { props: { disabled: true } } },
  ),
  row(
    'read-only takes nothing',
    'nothing',
    async (field) => {
      await field.copy('123456');
      await field.type('1');
      await field.paste();
      return field.value || 'nothing';
    },
    { mount: { props: { readOnly: true } } },
  ),
  row(
    'a rejected code, then the same, then another',
    '111111 111111 222222',
    async (field) => {
      for (const code of ['111111', '111111', '222222']) {
        field.focus();
        await field.type(code);
        await field.press('Clear');
        await field.settle();
      }
      return field.completed.join(' ');
    },
    { mount: { controlled: true } },
  ),
];

const looks: Row[] = [
  row('a screen reader finds', 'one field, “Code”', async (field) => {
    const names = field.inputs.map((input) => input.labels?.[0]?.textContent ?? input.ariaLabel ?? 'no name');
    return `${field.inputs.length === 1 ? 'one field' : `${field.inputs.length} fields`}, “${names[0]}”`;
  }),
  row('axe', 'nothing', async (field) => {
    await field.type('123');
    const { violations } = await axe.run(field.form);
    return violations.map(({ id }) => id).join() || 'nothing';
  }),
  row(
    'right-to-left page keeps the order',
    '123456 from the left',
    async (field) => {
      await field.type('123456');
      const places = field.slots.map((slot) => slot.getBoundingClientRect().left);
      const ordered = places.every((place, index) => index === 0 || place > (places[index - 1] as number));
      return `${field.value} from the ${ordered ? 'left' : 'right'}`;
    },
    { mount: { dir: 'rtl' } },
  ),
  row('400 % zoom (320 px wide)', 'no sideways scroll', async (field) => {
    // The window of a WebDriver has a least width, so the page is what gets narrow.
    await page.viewport(320, 640);
    field.root.style.width = '280px';
    await field.settle();
    const { scrollWidth, clientWidth } = field.root;
    await page.viewport(800, 600);
    return scrollWidth <= clientWidth ? 'no sideways scroll' : `${scrollWidth - clientWidth} px too wide`;
  }),
];

const elsewhere: Row[] = (['frame', 'shadow root'] as const).map((place) =>
  row(
    `in a ${place}: type, paste and arrows`,
    ['123956', '129456'],
    async (field) => {
      await field.copy('56');
      field.focus();
      await field.type('1234');
      await field.paste();
      await field.type('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
      await field.type('9');
      return field.value;
    },
    { mount: { place } },
  ),
);

/** The whole table. */
export const rows: readonly Row[] = [
  ...typing,
  ...filling,
  ...pasting,
  ...pointing,
  ...forms,
  ...looks,
  ...elsewhere,
  {
    name: "rendered on a server, under default-src 'self'",
    right: ['no report, same layout, 123456'],
    observe: observeStrictPolicy,
  },
];

/** Whether a row's action was the browser's own in this engine. */
export function isDispatched({ dispatched }: Row): boolean {
  switch (dispatched) {
    case 'everywhere':
      return true;
    case 'outside Chromium':
      return engine !== 'chromium';
    case 'in WebKit':
      return engine === 'safari';
    default:
      return false;
  }
}

function times({ length }: readonly string[]): string {
  return length === 1 ? 'once' : `${length} times`;
}
