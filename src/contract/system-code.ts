/** Node's code of a fault, such as ECONNREFUSED. `fetch` wraps the error that has it. */
export function systemCodeOf(caught: unknown): string | undefined {
  let error = caught;
  for (let depth = 0; depth < 4 && error instanceof Object; depth++) {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') return code.slice(0, 60);
    error = cause;
  }
  return undefined;
}
