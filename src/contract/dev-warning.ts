/** Every warning that development builds know. Each has its part in docs/warnings.md. */
export const WARNING_CODES = [
  'adapter-answer',
  'message-text',
  'react-version',
  'resume-option',
  'totp-alphabet',
  'totp-groups',
  'totp-length',
  'totp-name',
  'totp-value',
  'two-copies',
  'two-handlers',
] as const;

export type WarningCode = (typeof WARNING_CODES)[number];

/**
 * Tells a developer of a mistake that users are served in spite of, and where to read on. Call it below
 * `process.env.NODE_ENV !== 'production'` only, so that production builds drop the call and its text. It says what is
 * wrong and what to do, and no secret.
 */
export function devWarning(code: WarningCode, problem: string): void {
  console.error(`[react-ciba] ${problem} Read on: node_modules/react-ciba/docs/warnings.md#${code}`);
}

const said = new Set<string>();

/** The same, once for each thing that it is about. @param about default: the code */
export function complainOnce(code: WarningCode, problem: string, about: string = code): void {
  if (!said.has(about)) devWarning(code, problem);
  said.add(about);
}
