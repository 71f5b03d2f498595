// `npm run release`: publishes the version in package.json with provenance, or stops and says why. With `-- --dry-run`,
// it does everything except the upload.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CHECKS = [['run', 'check'], ['test']];

/**
 * Publishes the package, or stops with a reason.
 * @returns the exit code for the process
 */
export function release({ manifest, changesets, env, dryRun, run, say }) {
  const obstacle = findObstacle({ manifest, changesets, env, dryRun, run });
  if (obstacle) {
    say(`Nothing was published. ${obstacle}`);
    return 1;
  }
  const publish = ['publish', '--provenance', '--access', 'public'];
  return run('npm', dryRun ? [...publish.filter((flag) => flag !== '--provenance'), '--dry-run'] : publish).status;
}

/** Returns the first reason not to publish, or null. Quick checks come first. */
function findObstacle({ manifest, changesets, env, dryRun, run }) {
  const { name, version, repository } = manifest;
  if (!repository) {
    return 'package.json has no "repository", and npm compares that with the place where a package with provenance was built. Add the public address of the source.';
  }
  const changed = run('git', ['status', '--porcelain'], { quiet: true });
  if (changed.status !== 0) return `Git cannot say what has changed: ${lastLine(changed.stderr)}`;
  if (changed.stdout.trim()) {
    return `The working tree has uncommitted changes, so the published source could not be traced. Commit or discard them (git status).`;
  }
  if (changesets.length > 0) {
    return `Changesets have no version yet (${changesets.join(', ')}). Run npx changeset version, review CHANGELOG.md, and commit.`;
  }
  const published = run('npm', ['view', `${name}@${version}`, 'version'], { quiet: true });
  if (published.status === 0 && published.stdout.trim()) {
    return `${name} ${version} is already on the registry, and published versions cannot change. Add a changeset and run npx changeset version.`;
  }
  if (published.status !== 0 && !published.stderr.includes('E404')) {
    return `Could not check whether the registry already has ${name} ${version}: ${lastLine(published.stderr)}`;
  }
  // npm accepts provenance from GitHub Actions with `id-token: write`, or GitLab CI with an ID token for Sigstore.
  if (!dryRun && !env['ACTIONS_ID_TOKEN_REQUEST_URL'] && !env['SIGSTORE_ID_TOKEN']) {
    return 'Provenance is signed in CI, and this is not a CI environment that npm supports. Run this in a GitHub Actions job with the "id-token: write" permission, or add -- --dry-run to try it.';
  }
  const failed = CHECKS.find((check) => run('npm', check).status !== 0);
  return failed ? `npm ${failed.join(' ')} failed. See its output above.` : null;
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  process.exitCode = release({
    manifest: JSON.parse(readFileSync(`${root}package.json`, 'utf8')),
    changesets: readdirSync(`${root}.changeset`).filter((file) => file.endsWith('.md') && file !== 'README.md'),
    env: process.env,
    dryRun: process.argv.includes('--dry-run'),
    say: (text) => console.error(text),
    run(command, args, { quiet = false } = {}) {
      const { status, stdout, stderr, error } = spawnSync(command, args, {
        cwd: root,
        encoding: 'utf8',
        stdio: quiet ? 'pipe' : 'inherit',
        shell: process.platform === 'win32',
      });
      return { status: status ?? 1, stdout: stdout ?? '', stderr: stderr ?? String(error ?? '') };
    },
  });
}
