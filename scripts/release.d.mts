export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ReleaseOptions {
  readonly manifest: { readonly name: string; readonly version: string; readonly repository?: unknown };
  /** The files in .changeset that aren't part of a version yet. */
  readonly changesets: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dryRun: boolean;
  readonly run: (command: string, args: readonly string[], options?: { readonly quiet?: boolean }) => CommandResult;
  readonly say: (text: string) => void;
}

export function release(options: ReleaseOptions): number;
