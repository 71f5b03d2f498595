import { initTRPC, TRPCError } from '@trpc/server';
import { isCibaError } from 'react-ciba';
import { requireUser, type Shop, type User } from './shop.js';

/** The answer of tRPC to an approval that can't be created or used. All other errors stay what they are. */
const CODES = {
  unauthorized: 'UNAUTHORIZED',
  refused: 'FORBIDDEN',
  noDevice: 'PRECONDITION_FAILED',
  rateLimited: 'TOO_MANY_REQUESTS',
} as const;

const askToRemove = (user: User, project: string) => ({
  action: 'remove-project',
  subject: user.sub,
  loginHint: user.email,
  data: { project },
  transaction: { title: `Remove the project ${project}` },
});

/** Yours is a schema, such as Zod's. The approval is part of the input, because a batch has one header for many procedures. */
function readInput(input: unknown): { project: string; approval?: string | undefined } {
  const { project, approval } = Object(input) as Record<string, unknown>;
  if (typeof project !== 'string') throw new Error('`project` must be a text.');
  return { project, approval: typeof approval === 'string' ? approval : undefined };
}

/** In the page: `withApproval((approval) => trpc.remove.mutate({ project, approval }))`. */
export function createRouter({ approvals }: Shop, projects: Set<string>) {
  const t = initTRPC.context<{ request: Request }>().create();

  const protectedProcedure = t.procedure.use(async ({ next }) => {
    const result = await next();
    if (result.ok || !isCibaError(result.error.cause)) return result;
    const { code, message } = result.error.cause;
    throw new TRPCError({ code: CODES[code as keyof typeof CODES] ?? 'INTERNAL_SERVER_ERROR', message });
  });

  return t.router({
    remove: protectedProcedure.input(readInput).mutation(({ ctx: { request }, input: { project, approval } }) => {
      const ask = askToRemove(requireUser(request), project);
      return approvals.run(request, ask, approval, ({ data }) => ({ removed: projects.delete(data.project) }));
    }),
  });
}
