#!/usr/bin/env node
import process from 'node:process';

// openid-client is an optional peer dependency, so it may be missing when this runs outside of an app that uses it.
const cli = await import('./run.js').catch((caught: unknown) => {
  if ((caught as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND') return null;
  throw caught;
});

if (cli) {
  process.exitCode = await cli.run(process.argv.slice(2), process.env, (line) => {
    process.stdout.write(`${line}\n`);
  });
} else {
  process.stderr.write(
    'The check needs openid-client, as the OpenID adapter does. Run `npm install openid-client` first.\n',
  );
  process.exitCode = 2;
}
