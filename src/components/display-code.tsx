'use client';

import { useMessages } from '../react/messages-context.js';
import {
  LoginDisplayCode,
  LoginDisplayCodeGroup,
  LoginDisplayCodeLabel,
  LoginDisplayCodeText,
  LoginDisplayCodeValue,
} from './parts.js';
import { plainText } from './plain-text.js';

/**
 * A code in groups of at most four characters, as even as they go: a glance compares three better than six. Words and
 * codes with marks of their own stay as they are.
 */
export function groupsOf(code: string): readonly string[] {
  if (!/^[\dA-Z]+$/.test(code)) return [code];
  const size = Math.ceil(code.length / Math.ceil(code.length / 4));
  return code.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}

/** The code that screen and phone share, in characters that a glance can compare. */
export function DisplayCode({ code }: { code: string }) {
  const messages = useMessages();
  return (
    <LoginDisplayCode>
      <LoginDisplayCodeLabel>{messages['polling.displayCode']}</LoginDisplayCodeLabel>
      <LoginDisplayCodeValue data-long={code.length > 8 ? '' : undefined}>
        {groupsOf(plainText(code)).map((group, index) => (
          <LoginDisplayCodeGroup key={index}>{group}</LoginDisplayCodeGroup>
        ))}
      </LoginDisplayCodeValue>
      <LoginDisplayCodeText>{messages['polling.displayCodeText']}</LoginDisplayCodeText>
    </LoginDisplayCode>
  );
}
