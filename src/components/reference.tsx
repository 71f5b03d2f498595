'use client';

import { useContext, useState } from 'react';
import { useMessages } from '../react/messages-context.js';
import { AnnounceContext } from '../react/use-announcer.js';
import { createPart } from './create-part.js';
import { Body, Button } from './parts.js';

const Frame = createPart('div', 'reference', {});
const Label = createPart('span', 'reference-label', {});
const Value = createPart('bdi', 'reference-value', { translate: 'no' });

/** What support asks for, with a button that copies it. Where copying isn't allowed, the text can be selected. */
export function Reference({ value }: { value: string }) {
  const messages = useMessages();
  const announce = useContext(AnnounceContext);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      return;
    }
    setCopied(true);
    announce?.(messages['error.referenceCopied']);
  };
  return (
    <Body>
      <Frame>
        <span>
          <Label>{messages['error.reference']}</Label>
          <Value>{value}</Value>
        </span>
        <Button
          aria-description={messages['error.referenceText']}
          variant="quiet"
          data-copied={copied ? '' : undefined}
          data-verb="copy-reference"
          onClick={() => void copy()}
        >
          {messages['action.copyReference']}
        </Button>
      </Frame>
    </Body>
  );
}
