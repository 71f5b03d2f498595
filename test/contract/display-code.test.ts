import { expect, test } from 'vitest';
import { displayCodeForm } from '../../src/contract/display-code.js';

test.each([
  ['4827', '9999'],
  ['K7Q-4MX', 'A9A-9AA'],
  ['٤٨٢٧', '9999'],
  ['größe 1', 'AAAAA 9'],
  ['', ''],
])('%s has the form %s', (code, form) => {
  expect(displayCodeForm(code)).toBe(form);
});
