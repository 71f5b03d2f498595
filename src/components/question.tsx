import { useEffect, useId, useRef } from 'react';
import * as Login from './parts.js';

interface QuestionProps {
  readonly question: string;
  readonly confirm: string;
  readonly cancel: string;
  /** Whether the confirmed act is under way. */
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before something that the user can't take back. The focus starts on the harmless answer. */
export function Question({ question, confirm, cancel, isBusy, onConfirm, onCancel }: QuestionProps) {
  const questionId = useId();
  const cancelRef = useRef<HTMLButtonElement>(null);
  useEffect(() => cancelRef.current?.focus(), []);
  return (
    <div role="group" aria-labelledby={questionId} data-scope="ciba-sessions" data-part="question">
      <Login.Text id={questionId}>{question}</Login.Text>
      <div data-scope="ciba-sessions" data-part="actions">
        <Login.Button variant="primary" aria-disabled={isBusy || undefined} onClick={onConfirm}>
          {confirm}
        </Login.Button>
        <Login.Button ref={cancelRef} onClick={onCancel}>
          {cancel}
        </Login.Button>
      </div>
    </div>
  );
}
