// `npm run release`: publishes the version of package.json, with provenance, or says in one sentence why not. With
// `-- --dry-run` it does all of it but the upload.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CHECKS = [['run', 'check'], ['test']];

/**
 * Publishes, or refuses.
 * @returns what the process should exit with
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

/** The first reason not to publish, the quickest to find first; null where there is none. */
function findObstacle({ manifest, changesets, env, dryRun, run }) {
  const { name, version, repository } = manifest;
  if (!repository) {
    return 'package.json has no "repository", which npm compares with where a package with provenance was built: add the public address of the source.';
  }
  const changed = run('git', ['status', '--porcelain'], { quiet: true });
  if (changed.status !== 0) return `Git cannot say what has changed: ${lastLine(changed.stderr)}`;
  if (changed.stdout.trim()) {
    return `The working tree has changes that no commit has, so nobody could find what was published: commit them or drop them (git status).`;
  }
  if (changesets.length > 0) {
    return `Changes are waiting for a version (${changesets.join(', ')}): run npx changeset version, look at CHANGELOG.md, and commit.`;
  }
  const published = run('npm', ['view', `${name}@${version}`, 'version'], { quiet: true });
  if (published.status === 0 && published.stdout.trim()) {
    return `${name} ${version} is on the registry, where a version never changes: add a changeset and run npx changeset version.`;
  }
  if (published.status !== 0 && !published.stderr.includes('E404')) {
    return `The registry did not say whether it has ${name} ${version}: ${lastLine(published.stderr)}`;
  }
  // GitHub Actions with `id-token: write`, or GitLab CI with an ID token for sigstore: no other signs for npm.
  if (!dryRun && !env['ACTIONS_ID_TOKEN_REQUEST_URL'] && !env['SIGSTORE_ID_TOKEN']) {
    return 'Provenance is signed in CI, and this is none that npm knows: run it in a job of GitHub Actions with the permission "id-token: write", or try with -- --dry-run.';
  }
  const failed = CHECKS.find((check) => run('npm', check).status !== 0);
  return failed ? `npm ${failed.join(' ')} failed; what it said is above.` : null;
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
