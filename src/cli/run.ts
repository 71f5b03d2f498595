import { checkProvider } from '../adapters/oidc/check.js';
import type { OidcCheck, OidcCheckOptions } from '../adapters/oidc/check.js';
import { isCibaError } from '../contract/index.js';
import { readOptions, USAGE } from './read-options.js';

const MARKS: Readonly<Record<OidcCheck['level'], string>> = {
  ok: 'ok      ',
  problem: 'PROBLEM ',
  warning: 'warning ',
  note: 'note    ',
};

/**
 * Runs the command line.
 * @returns the exit code
 */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
): Promise<number> {
  let options: OidcCheckOptions | null;
  try {
    options = await readOptions(args, env);
  } catch (caught) {
    print(`${caught instanceof Error ? caught.message : String(caught)}\n\n${USAGE}`);
    return 2;
  }
  if (!options) {
    print(USAGE);
    return 0;
  }
  try {
    const checks = await checkProvider(options);
    print(`${options.issuer}, client ${JSON.stringify(options.clientId)}\n`);
    for (const check of checks) print(lineOf(check));
    const problems = checks.filter(({ level }) => level === 'problem').length;
    print(problems === 0 ? '\nLogins can work.' : `\nNo login can work yet: ${problems} to fix, marked PROBLEM.`);
    return problems === 0 ? 0 : 1;
  } catch (caught) {
    if (!isCibaError(caught)) throw caught;
    print(`${caught.message}\n\n${USAGE}`);
    return 2;
  }
}

function lineOf({ level, subject, text, doc }: OidcCheck): string {
  const readOn = level === 'ok' ? '' : `\n         Read on: node_modules/react-ciba/docs/${doc}`;
  return `${MARKS[level]} ${subject}: ${text}${readOn}`;
}
