import type { DeviceAct, InboxList, PasskeyJson } from '../../contract/inbox.js';
import { CibaError } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import { answerErrors } from '../../server/http/answer-errors.js';
import {
  jsonResponse,
  MAX_ID_CHARACTERS,
  notFound,
  readBody,
  readId,
  refusalResponse,
  toResponse,
} from '../../server/http/body-and-response.js';
import { writeCookie } from '../../server/http/cookies.js';
import { guardGet, guardPost, guardStream } from '../../server/http/csrf.js';
import { createEventStream } from '../../server/http/event-stream.js';
import { explainPath } from '../../server/http/expected-request.js';
import { inboxCardsKey, inboxChangedChannel, inboxUnlockedKey, UNLOCK_SECONDS } from '../../server/store/keys.js';
import { askKey, readAsks, subjectKey } from './ask.js';
import type { InboxContext } from './context.js';
import { approveCard, cardOf, challengeCard, denyCard, isForDevice, reportCard } from './decide.js';
import { DEVICE_SECONDS, infoOfDevice, readDevice, removeDevice, renewCookie } from './devices/device.js';
import type { DeviceRecord, PushSubscriptionRecord } from './devices/device-store.js';
import { registerDevice } from './devices/register.js';
import { ACT_CHALLENGE_SECONDS, createChallenge, verifyOnce } from './passkeys.js';
import { isPushEndpoint, readQuiet } from './ring.js';

/** Cards in one list, and ended ones that a page may ask about. */
const MOST_CARDS = 20;
const MAX_CODE_CHARACTERS = 40;
/** A registration with an attestation is the largest body. */
const MAX_PASSKEY_BYTES = 16_384;
/** Open streams of one phone: dropped connections that were not detected yet count, too. */
const MAX_STREAMS_PER_DEVICE = 4;
const STREAM_RETRY_SECONDS = 30;

type Answer<Session> = (context: InboxContext<Session>, request: Request) => Promise<Response>;
/** Answers a request of a phone. */
type DeviceAnswer = <Session>(
  context: InboxContext<Session>,
  request: Request,
  device: DeviceRecord,
) => Promise<Response>;

/** The routes under `basePath`, by method and name. */
export function createRoutes<Session>(): ReadonlyMap<string, Answer<Session>> {
  const withDevice =
    (answer: DeviceAnswer): Answer<Session> =>
    async (context, request) => {
      const { device, removed } = await readDevice(context, request);
      return device ? answer(context, request, device) : noDevice(context, removed);
    };
  const post =
    (answer: Answer<Session>): Answer<Session> =>
    async (context, request) => {
      guardPost(request, context.origin);
      return answer(context, request);
    };
  const get =
    (answer: Answer<Session>): Answer<Session> =>
    async (context, request) => {
      guardGet(request);
      return answer(context, request);
    };
  return new Map<string, Answer<Session>>([
    ['GET requests', get(withDevice(listCards))],
    ['GET devices', get(withDevice(listDevices))],
    [
      'GET events',
      async (context, request) => {
        guardStream(request);
        return withDevice(openStream)(context, request);
      },
    ],
    ['POST challenge', post(withDevice(challenge))],
    ['POST approve', post(withDevice(approve))],
    ['POST deny', post(withDevice(deny))],
    ['POST report', post(withDevice(report))],
    ['POST register', post(register)],
    ['POST push', post(withDevice(push))],
    ['POST unlock', post(withDevice(unlock))],
    ['POST devices/challenge', post(withDevice(deviceChallenge))],
    ['POST devices/remove', post(withDevice(remove))],
  ]);
}

const json = (body: object, cookies: readonly string[] = [], status = 200) =>
  jsonResponse(status, body as unknown as JsonValue, cookies);

/** Tells a page that it is no phone. The cookie of a phone that is gone is removed. */
function noDevice<Session>(context: InboxContext<Session>, removed: boolean): Response {
  const body: InboxList & { error: string } = { error: 'noDevice', status: 'noDevice', removed };
  return json(body, removed ? [writeCookie('device', '', 0, context)] : [], 401);
}

async function isLocked<Session>({ options, store }: InboxContext<Session>, device: DeviceRecord): Promise<boolean> {
  if (options.view !== 'passkey') return false;
  return (await store.get<boolean>(inboxUnlockedKey(device.id))) !== true;
}

const listCards: DeviceAnswer = async (context, request, device) => {
  if (await isLocked(context, device)) return json({ error: 'noDevice', status: 'locked' }, [], 401);
  const { store, now } = context;
  const also = (new URL(request.url).searchParams.get('also') ?? '').split(',').filter(Boolean).slice(0, MOST_CARDS);
  // Ordered by the negative end: only those whose time isn't over, and never too many.
  const [open, quietUntil] = await Promise.all([
    store.readIndex(inboxCardsKey(subjectKey(device.subject)), { upTo: -now(), limit: MOST_CARDS }),
    readQuiet(context, device.subject),
  ]);
  const named = also.map(askKey);
  const states = (await readAsks(context, [...new Set([...open, ...named])])).filter(
    (state) => isForDevice(state, device, now()) && (!state.end || named.includes(state.key)),
  );
  const requests = await Promise.all(states.map((state) => cardOf(context, state, device)));
  const list: InboxList = {
    status: 'ready',
    now: now(),
    app: context.app,
    device: infoOfDevice(device),
    quietUntil,
    pushKey: context.options.push?.publicKey ?? null,
    requests: requests.toSorted((a, b) => a.receivedAt + a.lifetime * 1000 - (b.receivedAt + b.lifetime * 1000)),
  };
  return json(list);
};

const openStream: DeviceAnswer = async (context, request, device) => {
  const group = `device ${device.id}`;
  if ((context.streams.get(group)?.size ?? 0) >= MAX_STREAMS_PER_DEVICE) {
    throw new CibaError('rateLimited', 'This phone has too many open event streams.', {
      retryAfter: STREAM_RETRY_SECONDS,
    });
  }
  return createEventStream({
    message: 'changed',
    signal: request.signal,
    streams: context.streams,
    groups: [group],
    subscribe: (send) => context.store.subscribe(inboxChangedChannel(subjectKey(device.subject)), send),
  });
};

const challenge: DeviceAnswer = async (context, request, device) => {
  const body = await readBody(request);
  const number = body.has('number') ? body.text('number', 20) : null;
  return json(await challengeCard(context, device, body.text('id', MAX_ID_CHARACTERS), number));
};

const approve: DeviceAnswer = async (context, request, device) => {
  const body = await readBody(request, MAX_PASSKEY_BYTES);
  const id = body.text('id', MAX_ID_CHARACTERS);
  const { answer, approved } = await approveCard(context, device, id, body.object('assertion'));
  // A cookie that was stolen ends once the phone sends the new one.
  return json(answer, approved ? [deviceCookie(context, await renewCookie(context, device))] : []);
};

const deny: DeviceAnswer = async (context, request, device) => {
  return json(await denyCard(context, device, await readId(request)));
};

const report: DeviceAnswer = async (context, request, device) => {
  return json(await reportCard(context, device, await readId(request)));
};

function deviceCookie<Session>(context: InboxContext<Session>, value: string): string {
  return writeCookie('device', value, DEVICE_SECONDS, context);
}

async function register<Session>(context: InboxContext<Session>, request: Request): Promise<Response> {
  const body = await readBody(request, MAX_PASSKEY_BYTES);
  const { answer, cookie } = await registerDevice(context, request, {
    code: body.text('code', MAX_CODE_CHARACTERS),
    response: body.has('response') ? body.object('response') : null,
    name: body.has('name') ? body.text('name', MAX_ID_CHARACTERS) : '',
  });
  if (!cookie) return json(answer);
  return cookie.name === 'device'
    ? json(answer, [deviceCookie(context, cookie.value), writeCookie('newcomer', '', 0, context)], 201)
    : json(answer, [writeCookie('newcomer', cookie.value, 600, context)]);
}

const listDevices: DeviceAnswer = async (context, _request, { id, subject }) => {
  const devices = await context.devices.list(subject);
  return json(devices.map((one) => ({ ...infoOfDevice(one), ...(one.id === id && { current: true }) })));
};

/** Names an act, so that the assertion for one fails at every other. */
const actName = ({ act, device = '' }: { readonly act: DeviceAct['act']; readonly device?: string }) =>
  `${act} ${device}`;

const ACTS: ReadonlySet<string> = new Set<DeviceAct['act']>(['push', 'unlock', 'removeDevice']);

const deviceChallenge: DeviceAnswer = async (context, request, device) => {
  const body = await readBody(request);
  const act = body.text('act', MAX_CODE_CHARACTERS) as DeviceAct['act'];
  if (!ACTS.has(act)) throw notFound();
  const about = act === 'removeDevice' ? { device: body.text('device', MAX_ID_CHARACTERS) } : {};
  const name = actName({ act, ...about });
  return json(await createChallenge(context, name, device, { decision: name }, ACT_CHALLENGE_SECONDS));
};

async function prove<Session>(
  context: InboxContext<Session>,
  device: DeviceRecord,
  act: { readonly act: DeviceAct['act']; readonly device?: string },
  assertion: PasskeyJson,
): Promise<void> {
  const { signCount } = await verifyOnce(context, actName(act), device, assertion);
  await context.devices.update(device.id, { signCount, usedAt: context.now() });
}

const unlock: DeviceAnswer = async (context, request, device) => {
  const body = await readBody(request, MAX_PASSKEY_BYTES);
  await prove(context, device, { act: 'unlock' }, body.object('assertion'));
  await context.store.set(inboxUnlockedKey(device.id), true, UNLOCK_SECONDS);
  return json({ status: 'ok' });
};

const remove: DeviceAnswer = async (context, request, device) => {
  const body = await readBody(request, MAX_PASSKEY_BYTES);
  const id = body.text('id', MAX_ID_CHARACTERS);
  await prove(context, device, { act: 'removeDevice', device: id }, body.object('assertion'));
  if ((device.recoveryUntil ?? 0) > context.now() && id !== device.id) {
    throw new CibaError('refused', 'A recovered phone answers sign-ins only, for a day.');
  }
  if (!(await removeDevice(context, device.subject, id))) throw notFound();
  return json({ status: 'ok' }, id === device.id ? [writeCookie('device', '', 0, context)] : []);
};

const push: DeviceAnswer = async (context, request, device) => {
  const body = await readBody(request, MAX_PASSKEY_BYTES);
  const subscription = body.isNull('subscription') ? null : readSubscription(context, body.object('subscription'));
  await prove(context, device, { act: 'push' }, body.object('assertion'));
  await context.devices.update(device.id, { push: subscription });
  return json({ status: 'ok' });
};

/** @throws CibaError `forbidden` for an address that is no push service */
function readSubscription<Session>(
  { options }: InboxContext<Session>,
  { endpoint, keys }: PasskeyJson,
): PushSubscriptionRecord {
  const { p256dh, auth } = Object(keys) as { readonly p256dh?: unknown; readonly auth?: unknown };
  const isText = (value: unknown): value is string => typeof value === 'string' && value.length < 1000;
  if (!options.push || !isText(endpoint) || !isText(p256dh) || !isText(auth)) {
    throw new CibaError('forbidden', 'This is no subscription of web push, or the option `push` is not set.');
  }
  if (!isPushEndpoint(endpoint, options.push.hosts)) {
    throw new CibaError('forbidden', 'The host of the push endpoint is none of the option `push.hosts`.');
  }
  return { endpoint, p256dh, auth };
}

/** Answers a request under `basePath`. */
export async function answerRequest<Session>(
  context: InboxContext<Session>,
  routes: ReadonlyMap<string, Answer<Session>>,
  request: Request,
  stopped: boolean,
): Promise<Response> {
  const { basePath, emit } = context;
  const pathname = new URL(request.url).pathname.replace(/\/$/, '');
  const name = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length + 1) : '';
  const [, channel] = /^channel\/(\w+)$/.exec(name) ?? [];
  const driver = request.method === 'POST' && channel ? context.channels.get(channel) : undefined;
  const route = routes.get(`${request.method} ${name}`);
  const answer = await answerErrors(
    async () => {
      if (!route && !driver) throw notFound();
      if (stopped) throw new CibaError('unavailable', 'This process is stopping. Ask again.', { retryAfter: 1 });
      if (driver) return driver.receive(context as InboxContext<unknown>, request);
      return (await route?.(context, request)) ?? refusalResponse(notFound());
    },
    {
      refused({ reason }) {
        const paths = [...routes.keys()].map((path) => path.replace(' ', ` ${basePath}/`));
        emit({ type: 'refused', reason: route || driver ? reason : explainPath(pathname, basePath, paths) });
      },
      failed: ({ code }, reference) => emit({ type: 'failed', reason: code, reference }),
    },
  );
  return toResponse(answer);
}
