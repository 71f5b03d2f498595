import { CibaError } from '../../contract/index.js';

interface Issue {
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Result<Session> = { readonly value: Session; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** As much of Standard Schema 1 (https://standardschema.dev) as validating a session needs. */
export interface SessionSchema<Session> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Result<Session> | Promise<Result<Session>>;
  };
}

/**
 * Returns the session as the schema reads it.
 * @throws CibaError `badResponse` that names the fields. The schema's own messages can contain the user's data.
 */
export async function validateSession<Session>(session: unknown, schema: SessionSchema<Session>): Promise<Session> {
  const result = await schema['~standard'].validate(session);
  if (!result.issues) return result.value;
  const fields = result.issues.map(({ path = [] }) =>
    path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.'),
  );
  const list = fields.map((field) => field || 'the value itself').join(', ');
  throw new CibaError(
    'badResponse',
    `What \`publicSession\` returned doesn't match the \`session\` schema of createHttpAdapter: ${list}.`,
    // Another request gets the same.
    { retryable: false },
  );
}
