import { afterEach, describe, expect, test } from 'vitest';
import { cleanup } from 'vitest-browser-react';
import { TotpInput } from '../../src/components/totp-input.js';
import type { Library } from './code-field.js';
import { isDispatched, rows } from './rows.js';
import '../../src/styles/index.css';

const library: Library = { name: 'react-ciba', Field: TotpInput, slots: '[data-part="slot"]' };

afterEach(async () => {
  await cleanup();
  document.body.replaceChildren();
});

describe('the table of what people do with a code field', () => {
  test.each(rows.map((row) => [`${row.name}${isDispatched(row) ? ' (dispatched events)' : ''}`, row] as const))(
    '%s',
    async (_, { observe, right }) => {
      const observed = await observe(library);
      expect(right).toContain(observed);
    },
  );
});
