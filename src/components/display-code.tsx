'use client';

import { useMessages } from '../react/messages-context.js';
import { createPart } from './create-part.js';
import { plainText } from './plain-text.js';

const Code = createPart('p', 'display-code', {});
/** The code itself, as text with its own direction that no browser translates. */
const CodeValue = createPart('bdi', 'display-code-value', { translate: 'no' });
/** A few characters of the code: set apart for the eye, and still one word to copy. */
const CodeGroup = createPart('span', 'display-code-group', {});
const CodeLabel = createPart('span', 'display-code-label', {});
const CodeText = createPart('span', 'display-code-text', {});

/**
 * Splits a code into groups of at most four characters, as equal in size as possible, because three characters are
 * easier to compare than six. Words, and codes with their own separators, stay as they are.
 */
export function groupsOf(code: string): readonly string[] {
  if (!/^[\dA-Z]+$/.test(code)) return [code];
  const size = Math.ceil(code.length / Math.ceil(code.length / 4));
  return code.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}

/** The code that screen and phone both show, in groups that are easy to compare. */
export function DisplayCode({ code }: { code: string }) {
  const messages = useMessages();
  return (
    <Code>
      <CodeLabel>{messages['polling.displayCode']}</CodeLabel>
      <CodeValue data-long={code.length > 8 ? '' : undefined}>
        {groupsOf(plainText(code)).map((group, index) => (
          <CodeGroup key={index}>{group}</CodeGroup>
        ))}
      </CodeValue>
      <CodeText>{messages['polling.displayCodeText']}</CodeText>
    </Code>
  );
}
