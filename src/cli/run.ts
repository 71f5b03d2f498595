import { parseArgs } from 'node:util';
import { ClientSecretPost } from 'openid-client';
import { checkProvider } from '../adapters/oidc/check.js';
import type { OidcCheck, OidcCheckOptions } from '../adapters/oidc/check.js';
import { oidcProfiles } from '../adapters/oidc/index.js';
import { isCibaError } from '../contract/index.js';

const DEFAULT_SECRET_VARIABLE = 'OIDC_CLIENT_SECRET';

const USAGE = `Usage: react-ciba check --issuer <URL> --client-id <ID> [options]

Checks an OpenID provider for CIBA without a request to any user.
The client secret is read from the environment, so that it stays out of the shell's history.

  --issuer <URL>             the provider, as \`issuer\` of createOidcAdapter
  --client-id <ID>           the client
  --client-secret-env <NAME> the variable that holds the secret (default: ${DEFAULT_SECRET_VARIABLE})
  --secret-in <header|body>  send the secret as client_secret_basic or client_secret_post (default: header)
  --profile <NAME>           ${Object.keys(oidcProfiles).join(', ')} (default: generic)
  --ping                     the handler has \`ping: true\`
  --acr-values <LEVELS>      the levels that logins will ask for
  --help                     print this text

Exits with 0 if logins can work, 1 if they can't, 2 if the options are wrong.`;

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
    options = readOptions(args, env);
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

/** @throws Error for options that don't exist or lack a value */
function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): OidcCheckOptions | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      issuer: { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret-env': { type: 'string', default: DEFAULT_SECRET_VARIABLE },
      'secret-in': { type: 'string', default: 'header' },
      profile: { type: 'string', default: 'generic' },
      ping: { type: 'boolean', default: false },
      'acr-values': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { issuer, 'client-id': clientId, 'acr-values': acrValues, 'secret-in': place, profile } = values;
  if (values.help) return null;
  if (positionals.length !== 1 || positionals[0] !== 'check') throw new Error('The only command is `check`.');
  if (!issuer || !clientId) throw new Error('`--issuer` and `--client-id` are required.');
  if (place !== 'header' && place !== 'body') throw new Error('`--secret-in` must be "header" or "body".');
  const clientSecret = env[values['client-secret-env']];
  return {
    issuer,
    clientId,
    // `createOidcAdapter` refuses the name of a profile that doesn't exist.
    profile: profile as keyof typeof oidcProfiles,
    ping: values.ping,
    ...(clientSecret && { clientSecret }),
    ...(clientSecret && place === 'body' && { clientAuthentication: ClientSecretPost(clientSecret) }),
    ...(acrValues !== undefined && { acrValues }),
  };
}
