import { misconfigured } from '../../contract/errors.js';

/** The cause of each of the two mistakes, and how to fix it. */
const ADVICE = {
  handler:
    'For a Node request (node:http, Express, Fastify), use `toNodeListener(handler)`. In other frameworks, pass the `Request` that their own object has, such as `context.req.raw` in Hono.',
  session:
    "Of a Node request, pass the cookies: `new Request(origin, { headers: { cookie: request.headers.cookie ?? '' } })`.",
};

/**
 * Finds out that a Node request, or a framework's own object, was passed instead of a Web `Request`.
 * @throws CibaError `misconfigured`
 */
export function expectWebRequest(request: unknown, usedBy: keyof typeof ADVICE): void {
  const { headers } = Object(request) as { headers?: { get?: unknown } };
  if (typeof headers?.get === 'function') return;
  throw misconfigured(`The handler of createCibaHandler expected a Web \`Request\`. ${ADVICE[usedBy]}`);
}

/**
 * Explains to developers why no route has this path. It quotes nothing that the client sent, except for the end of
 * `basePath`.
 */
export function explainPath(pathname: string, basePath: string, routes: readonly string[]): string {
  const list = `This handler only answers ${routes.join(', ')}.`;
  const [, before = '', act = ''] = /^(.*)\/([^/]*)$/.exec(pathname) ?? [];
  if (!routes.some((route) => route.endsWith(`/${act}`))) return `${list} Mount it there, or set \`basePath\`.`;
  if (before !== basePath && before.endsWith(basePath)) {
    return `${list} The path that arrived has more before ${basePath}. Set \`basePath\` of createCibaHandler to the whole path.`;
  }
  if (before !== basePath && before !== '' && basePath.endsWith(before)) {
    return `${list} The path that arrived starts with ${before}, because a router or Next's \`basePath\` removed what stands before it. Set \`basePath\` of createCibaHandler to "${before}", and that of createHttpAdapter to the path in the browser.`;
  }
  return `${list} Mount it there, or set \`basePath\`.`;
}
