/**
 * This process's environment without what Vitest put there: with NODE_ENV=test, Vite writes JSX for development, and what
 * it builds fails in production.
 */
export function userEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_ENV: _, VITEST: __, NODE_OPTIONS: ___, ...inherited } = process.env;
  return { ...inherited, NEXT_TELEMETRY_DISABLED: '1', ...more } as NodeJS.ProcessEnv;
}
