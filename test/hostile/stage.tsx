import { expect } from 'vitest';
import { CibaLogin } from 'react-ciba';
import type { CibaLoginProps } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { createWitness } from './hosts.js';
import type { Host } from './hosts.js';
import { click, type } from './real-input.js';

type TextKey = { [Key in keyof typeof en]: (typeof en)[Key] extends string ? Key : never }[keyof typeof en];

export const HINT = 'ada@example.com';

/** What the fields of a login are found by; neither has a name of its own to find it by. */
const FIELD = "[data-scope='ciba-login'][data-part='input'], [data-scope='totp-input'][data-part='input']";

/** Keeps a page where it is, and tells where the browser was about to go with all that a form put into the address. */
export function watchNavigations(page: Document) {
  const went: string[] = [];
  const navigation = page.defaultView?.navigation as Navigation | undefined;
  const onNavigate = (event: NavigateEvent) => {
    event.preventDefault();
    went.push(event.formData ? textOf(event.formData) : new URL(event.destination.url).search);
  };
  // WebKit tells of no navigation before it happens, but forms do.
  const onSubmit = (event: SubmitEvent) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    went.push(textOf(new FormData(event.target as HTMLFormElement)));
  };
  if (navigation) navigation.addEventListener('navigate', onNavigate);
  else page.addEventListener('submit', onSubmit);
  return {
    went,
    stop() {
      navigation?.removeEventListener('navigate', onNavigate);
      page.removeEventListener('submit', onSubmit);
    },
  };
}

/** A login on a backend and a clock of the test's own, in a host that tells what it noticed. */
export async function openStage(
  host: Host,
  backend: MemoryAdapterOptions<MemorySession> = {},
  props: Partial<CibaLoginProps<MemorySession>> = {},
) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, interval: 1, expiresIn: 60, ...backend });
  const witness = createWitness();
  const place = await host.open(<CibaLogin adapter={adapter} environment={world.environment} {...props} />, witness);
  const { tree } = place;
  const address = place.document.location.href;
  const navigations = watchNavigations(place.document);

  const find = async <T extends Element>(what: string, query: () => T | null | undefined): Promise<T> => {
    await expect.poll(() => query()?.checkVisibility(), { message: what, timeout: 2000 }).toBe(true);
    return query() as T;
  };
  const button = (key: TextKey) =>
    find(key, () => [...tree.querySelectorAll('button')].find(({ textContent }) => textContent === en[key]));
  const root = () => tree.querySelector<HTMLElement>('[data-scope="ciba-login"][data-part="root"]');

  return {
    adapter,
    world,
    ...place,
    button,
    root,
    field: () => find<HTMLInputElement>('the field', () => tree.querySelector<HTMLInputElement>(FIELD)),
    press: async (key: TextKey, times: 1 | 2 = 1) => click(await button(key), times),
    async fill(text: string) {
      await click(await find('the field', () => tree.querySelector(FIELD)));
      await type(text);
    },
    /** Waits for the status; time passes for the login, and none for the test. */
    async reaches(status: string) {
      await expect
        .poll(
          async () => {
            await world.advance(500);
            return root()?.dataset['state'];
          },
          { timeout: 3000, interval: 10 },
        )
        .toBe(status);
      // A host may answer the change of screen.
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    },
    /** Everything that the host got to know and could not want to. */
    leaks() {
      const forms = [...new Set([...place.document.querySelectorAll('form'), ...tree.querySelectorAll('form')])];
      return {
        saw: [...new Set(witness.saw)],
        submitted: navigations.went,
        forms: forms.map((form) => textOf(new FormData(form))).filter((text) => /ada|\d{6}/.test(text)),
        address: place.document.location.href === address ? '' : place.document.location.href,
      };
    },
    async close() {
      navigations.stop();
      await place.leave();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

export const NO_LEAKS = { saw: [], submitted: [], forms: [], address: '' };

/** What a form would send, as it would stand in an address. */
export function textOf(data: FormData): string {
  return new URLSearchParams(data as unknown as Record<string, string>).toString();
}
