import { Activity, lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { createPortal, flushSync } from 'react-dom';
import { createRoot, hydrateRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Dialog } from 'radix-ui';
import { allowConsole } from '../setup/console.js';
import styles from '../../src/styles/index.css?inline';

/** What a host notices, by the name of its handler. */
export interface Witness {
  readonly saw: string[];
  /** For an element around the login. */
  readonly handlers: Record<string, () => void>;
}

/** A place on the page for a login. */
export interface Place {
  readonly document: Document;
  /** The document or the shadow root that the login is in. */
  readonly tree: Document | ShadowRoot;
  leave(): Promise<void> | void;
}

export interface Host {
  readonly name: string;
  open(login: ReactElement, witness: Witness): Promise<Place> | Place;
}

const EVENTS = [
  'onSubmit',
  'onReset',
  'onClick',
  'onDoubleClick',
  'onKeyDown',
  'onKeyUp',
  'onBeforeInput',
  'onInput',
  'onChange',
  'onPaste',
  'onInvalid',
];

export function createWitness(): Witness {
  const saw: string[] = [];
  return { saw, handlers: Object.fromEntries(EVENTS.map((name) => [name, () => saw.push(name)])) };
}

/** A form as a search box has it: what is submitted goes into the address. */
function HostForm({ witness, children }: { witness: Witness; children?: ReactNode }) {
  return (
    <form {...witness.handlers}>
      <input name="q" aria-label="Search" defaultValue="shoes" />
      {children}
      <button>Search</button>
    </form>
  );
}

function addStyles(tree: Document | ShadowRoot, css: string): void {
  const sheet = document.createElement('style');
  sheet.textContent = css;
  ('head' in tree ? tree.head : tree).append(sheet);
}

/** Renders into an element of its own at the end of the page. */
function onPage(render: (login: ReactElement, witness: Witness) => ReactElement): Host['open'] {
  return (login, witness) => {
    const container = document.body.appendChild(document.createElement('div'));
    const root = createRoot(container);
    root.render(render(login, witness));
    return {
      document,
      tree: document,
      leave() {
        root.unmount();
        container.remove();
      },
    };
  };
}

function inShadow(mode: ShadowRootMode, within: string): Host['open'] {
  return (login, witness) => {
    const outer = document.body.appendChild(document.createElement(within));
    for (const type of ['submit', 'reset']) outer.addEventListener(type, () => witness.saw.push(type));
    const tree = outer.appendChild(document.createElement('div')).attachShadow({ mode });
    addStyles(tree, styles);
    const container = tree.appendChild(document.createElement('div'));
    const root = createRoot(container);
    root.render(<div {...witness.handlers}>{login}</div>);
    return {
      document,
      tree,
      leave() {
        root.unmount();
        outer.remove();
      },
    };
  };
}

interface FrameOptions {
  sandbox?: string;
  /** In the order in which a page would load them. @default the kit's alone */
  sheets?: readonly string[];
}

export type Frame = HTMLIFrameElement & { readonly page: Document };

/** A page of its own in a frame; `html` stands in it before any script runs. */
export async function openFrame(html: string, { sandbox, sheets = [styles] }: FrameOptions = {}): Promise<Frame> {
  const frame = document.createElement('iframe');
  frame.width = '600';
  frame.height = '800';
  if (sandbox !== undefined) frame.setAttribute('sandbox', sandbox);
  // A page with an address, to which a form could add something.
  frame.src = new URL('./page.html', import.meta.url).href;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  await loaded;
  const page = frame.contentDocument as Document;
  page.body.innerHTML = html;
  for (const sheet of sheets) addStyles(page, sheet);
  return Object.assign(frame, { page });
}

function inFrame(sandbox: string): Host['open'] {
  return async (login, witness) => {
    const frame = await openFrame('<div id="app"></div>', { sandbox });
    const root = createRoot(frame.page.getElementById('app') as HTMLElement);
    root.render(<div {...witness.handlers}>{login}</div>);
    return {
      document: frame.page,
      tree: frame.page,
      leave() {
        root.unmount();
        frame.remove();
      },
    };
  };
}

/** Renders on the server, lets the browser's parser read it, and hydrates. */
function hydrated(render: (login: ReactElement, witness: Witness) => ReactElement): Host['open'] {
  return (login, witness) => {
    // React 18 warns of layout effects while it renders on a server, and takes the document for a browser's.
    allowConsole(/useLayoutEffect does nothing on the server/);
    const app = render(login, witness);
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = renderToString(app);
    const onRecoverableError = (error: unknown) => void witness.saw.push(`hydration: ${String(error).slice(0, 60)}`);
    const root: Root = hydrateRoot(container, app, { onRecoverableError });
    return {
      document,
      tree: document,
      leave() {
        root.unmount();
        container.remove();
      },
    };
  };
}

function NativeDialog({ children }: { children: ReactNode }) {
  return (
    <dialog ref={(dialog) => void (dialog?.open === false && dialog.showModal())} aria-label="Sign in">
      {children}
    </dialog>
  );
}

/** A tab of the app that was away and came back. */
function Returned({ children }: { children: ReactNode }) {
  const [visits, setVisits] = useState(0);
  if (visits < 3) queueMicrotask(() => setVisits(visits + 1));
  return <Activity mode={visits === 1 ? 'hidden' : 'visible'}>{children}</Activity>;
}

const hang = () => new Promise<never>(() => undefined);

/** Callbacks and defaults of an app for all queries and mutations. None of them ever answers. */
const withHangingClient = () =>
  new QueryClient({
    mutationCache: new MutationCache({ onMutate: hang, onSuccess: hang, onError: hang, onSettled: hang }),
    defaultOptions: {
      queries: { queryFn: hang, retry: 3, staleTime: Infinity },
      mutations: { scope: { id: 'app' }, retry: 3, networkMode: 'online', onMutate: hang, onSuccess: hang },
    },
  });

/** Takes the login away and brings it back each time its screen changes, until it is approved. */
function Flickering({
  hide,
  children,
}: {
  hide: (children: ReactNode, hidden: boolean) => ReactNode;
  children: ReactNode;
}) {
  const around = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    // A login that comes back after the approval starts anew.
    const isOfScreen = ({ target }: MutationRecord) =>
      (target as Element).matches('[data-scope="ciba-login"][data-part="root"]:not([data-state="approved"])');
    const observer = new MutationObserver((changes) => {
      if (!changes.some(isOfScreen)) return;
      flushSync(() => setHidden(true));
      setHidden(false);
    });
    observer.observe(around.current as Node, { subtree: true, attributeFilter: ['data-state'] });
    return () => observer.disconnect();
  }, []);
  return <div ref={around}>{hide(children, hidden)}</div>;
}

const Loading = lazy(hang);

/** React 18 has none. */
const hasActivity = (Activity as unknown) !== undefined;

const ACTIVITIES: readonly Host[] = [
  { name: 'an Activity that was hidden', open: onPage((login) => <Returned>{login}</Returned>) },
  {
    name: 'an Activity that hides between all screens',
    open: onPage((login) => (
      <Flickering hide={(children, hidden) => <Activity mode={hidden ? 'hidden' : 'visible'}>{children}</Activity>}>
        {login}
      </Flickering>
    )),
  },
];

export const HOSTS: readonly Host[] = [
  { name: 'a page', open: onPage((login) => login) },
  { name: 'a form', open: onPage((login, witness) => <HostForm witness={witness}>{login}</HostForm>) },
  {
    name: 'a portal out of a form',
    open: onPage((login, witness) => (
      <HostForm witness={witness}>{createPortal(<div data-portal="">{login}</div>, document.body)}</HostForm>
    )),
  },
  {
    name: 'a native dialog in a form',
    open: onPage((login, witness) => (
      <HostForm witness={witness}>
        <NativeDialog>{login}</NativeDialog>
      </HostForm>
    )),
  },
  {
    name: 'a Radix dialog out of a form',
    open: onPage((login, witness) => (
      <HostForm witness={witness}>
        <Dialog.Root defaultOpen>
          <Dialog.Portal>
            <Dialog.Content aria-describedby={undefined}>
              <Dialog.Title>Checkout</Dialog.Title>
              {login}
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
      </HostForm>
    )),
  },
  { name: 'an open shadow root', open: inShadow('open', 'div') },
  { name: 'a closed shadow root in a form', open: inShadow('closed', 'form') },
  { name: 'a frame without allow-forms', open: inFrame('allow-scripts allow-same-origin') },
  {
    name: "a server's HTML, in a form",
    open: hydrated((login, witness) => <HostForm witness={witness}>{login}</HostForm>),
  },
  {
    name: 'a Suspense that loads between all screens',
    open: onPage((login) => (
      <Flickering
        hide={(children, hidden) => (
          <Suspense fallback="Loading">
            {hidden && <Loading />}
            {children}
          </Suspense>
        )}
      >
        {login}
      </Flickering>
    )),
  },
  {
    name: 'an app whose query client never answers',
    open: onPage((login) => <QueryClientProvider client={withHangingClient()}>{login}</QueryClientProvider>),
  },
  ...(hasActivity ? ACTIVITIES : []),
];
