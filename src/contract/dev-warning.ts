/** The codes of all development warnings. Each has a section in docs/warnings.md. */
export const WARNING_CODES = [
  'adapter-answer',
  'message-text',
  'react-version',
  'resume-option',
  'theme-color',
  'totp-alphabet',
  'totp-groups',
  'totp-length',
  'totp-name',
  'totp-value',
  'two-copies',
  'two-handlers',
  'unlayered-styles',
] as const;

export type WarningCode = (typeof WARNING_CODES)[number];

/**
 * Warns the developer about a mistake that the kit works around, and links to its documentation. Call it only behind
 * `process.env.NODE_ENV !== 'production'`, so that production builds drop the call and its text. The text says what is
 * wrong and what to do, and never contains a secret.
 */
export function devWarning(code: WarningCode, problem: string): void {
  console.error(`[react-ciba] ${problem} Read on: node_modules/react-ciba/docs/warnings.md#${code}`);
}

const warned = new Set<string>();

/**
 * Warns the developer only once about the same subject.
 * @param about the subject. @default the code
 */
export function devWarningOnce(code: WarningCode, problem: string, about: string = code): void {
  if (!warned.has(about)) devWarning(code, problem);
  warned.add(about);
}
