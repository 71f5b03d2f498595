/**
 * Tells a developer of a mistake that users are served in spite of. Call it below `process.env.NODE_ENV !== 'production'`
 * only, so that production builds drop the call and its text. It says what is wrong and what to do, and no secret.
 */
export function complain(problem: string): void {
  console.error(`[react-ciba] ${problem}`);
}
