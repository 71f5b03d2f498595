import { afterEach, beforeEach } from 'vitest';

// React, XState and browsers report real faults as console errors and warnings, so either fails the test that caused it.
let unexpected: string[] = [];
let allowed: RegExp[] = [];

/**
 * Lets the running test cause console errors and warnings that match.
 * @example
 * allowConsole(/onApproved threw/);
 */
export function allowConsole(pattern: RegExp): void {
  allowed.push(pattern);
}

function describe(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

for (const level of ['error', 'warn'] as const) {
  const print = console[level].bind(console);
  console[level] = (...values: unknown[]) => {
    const text = values.map(describe).join(' ');
    if (allowed.some((pattern) => pattern.test(text))) return;
    unexpected.push(`console.${level}: ${text}`);
    print(...values);
  };
}

beforeEach(() => {
  unexpected = [];
  allowed = [];
});

afterEach(() => {
  if (unexpected.length === 0) return;
  throw new Error(
    `The test wrote to the console. Mend the cause, or call allowConsole(pattern) of test/setup/console.ts where the test is about it.\n\n${unexpected.join('\n\n')}`,
  );
});
