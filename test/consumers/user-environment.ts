/**
 * This process's environment without what a test run put there: with NODE_ENV=test, Vite writes JSX for development, and
 * what it builds fails in production. With CI, Ink writes a program's last screen alone.
 */
export function userEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_ENV: _, VITEST: __, NODE_OPTIONS: ___, CI: ____, ...inherited } = process.env;
  return { ...inherited, NEXT_TELEMETRY_DISABLED: '1', ...more } as NodeJS.ProcessEnv;
}
