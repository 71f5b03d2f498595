/** What one part was seen with: every value of each of its attributes. */
export interface SeenPart {
  readonly scope: string;
  readonly part: string;
  readonly elements: Set<string>;
  /** Components that have it as an element of their own. */
  readonly components: Set<string>;
  /** Data attributes but for scope and part, each with its values; null for an element that was without it. */
  readonly attributes: Map<string, Set<string | null>>;
}

/** What one component was seen to consist of, with everything that stands inside of it. */
export interface SeenComponent {
  readonly madeOf: Set<string>;
  readonly parts: Set<string>;
  readonly messages: Set<string>;
}

interface Fiber {
  readonly elementType: unknown;
  readonly memoizedProps: Readonly<Record<string, unknown>>;
  readonly _debugOwner?: Fiber | null;
}

const MARK = '\uFEFF';
const DIGITS = '\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009';
const MARKED = new RegExp(`${MARK}([${DIGITS}]{3})`, 'g');

/**
 * Texts that end in their key, in characters that are spaces to everybody: wherever a text turns up, `keysIn` knows
 * which message it is.
 */
export function createMarks() {
  const keys: string[] = [];
  const mark = (key: string) => {
    const digits = String(keys.push(key) - 1).padStart(3, '0');
    return MARK + Array.from(digits, (digit) => DIGITS[Number(digit)]).join('');
  };
  return {
    mark<Texts extends object>(texts: Texts): Texts {
      const marked = Object.entries(texts).map(([key, text]: [string, unknown]) => {
        const end = mark(key);
        return [key, typeof text === 'function' ? (...values: unknown[]) => String(text(...values)) + end : text + end];
      });
      return Object.fromEntries(marked) as Texts;
    },
    keysIn: (text: string) =>
      Array.from(text.matchAll(MARKED), ([, digits = '']) => {
        const index = Number(Array.from(digits, (digit) => DIGITS.indexOf(digit)).join(''));
        return keys[index] ?? '';
      }),
  };
}

/** Notes everything that ever stands in the watched elements, by part and by component. */
export function createPartWatch(names: ReadonlyMap<unknown, string>, keysIn: (text: string) => string[]) {
  const parts = new Map<string, SeenPart>();
  const components = new Map<string, SeenComponent>();

  const componentOf = (name: string) => getOrAdd(components, name, { madeOf: set(), parts: set(), messages: set() });

  /**
   * The exported components that made an element, the innermost first: React keeps them while developing. The maker is
   * the one that says which part it is, which is not the button that was told so.
   */
  function ownersOf(element: Element): { owners: string[]; maker: string | undefined } {
    const key = Object.keys(element).find((each) => each.startsWith('__reactFiber$'));
    const owners: string[] = [];
    let maker: string | undefined;
    let fiber = key && (element as unknown as Record<string, Fiber>)[key]?._debugOwner;
    for (; fiber; fiber = fiber._debugOwner) {
      const name = names.get(fiber.elementType);
      if (name === undefined) continue;
      owners.push(name);
      if (!('data-part' in fiber.memoizedProps)) maker ??= name;
    }
    return { owners, maker };
  }

  function noteTexts(element: Element, owners: readonly string[]): void {
    // The announcer splits what it says in two nodes, so that tests of apps find the shown text alone.
    const texts =
      element.getAttribute('data-part') === 'announcer'
        ? [element.textContent]
        : Array.from(element.childNodes, (node) => (node.nodeType === Node.TEXT_NODE ? node.nodeValue : ''));
    const values = Array.from(element.attributes, ({ value }) => value);
    for (const key of keysIn([...texts, ...values].join(' '))) {
      for (const owner of owners) componentOf(owner).messages.add(key);
    }
  }

  function notePart(element: Element, owners: readonly string[], maker: string | undefined): void {
    const data = Array.from(element.attributes).filter(({ name }) => name.startsWith('data-'));
    const scope = element.getAttribute('data-scope');
    const part = element.getAttribute('data-part');
    if (scope === null || part === null) {
      if (data.length > 0) throw new Error(`${element.outerHTML.slice(0, 200)} has data attributes, but is no part.`);
      return;
    }
    const id = `${scope} ${part}`;
    const seen = getOrAdd(parts, id, { scope, part, elements: set(), components: set(), attributes: new Map() });
    seen.elements.add(element.localName);
    if (maker !== undefined) seen.components.add(maker);
    for (const { name } of data) {
      if (name !== 'data-scope' && name !== 'data-part') getOrAdd(seen.attributes, name, set());
    }
    for (const [name, values] of seen.attributes) values.add(element.getAttribute(name));
    for (const owner of owners) componentOf(owner).parts.add(id);
  }

  function note(element: Element): void {
    const { owners, maker } = ownersOf(element);
    // Of the story, not of the library.
    if (owners.length === 0) return;
    owners.forEach((owner, index) => {
      const outer = owners[index + 1];
      if (outer !== undefined && outer !== owner) componentOf(outer).madeOf.add(owner);
    });
    noteTexts(element, owners);
    notePart(element, owners, maker);
  }

  const noteAll = (node: Node) => {
    if (!(node instanceof Element)) return;
    for (const each of [node, ...node.querySelectorAll('*')]) note(each);
  };

  return {
    parts,
    components,
    /** Watches all that happens below an element until the returned function is called. */
    watch(root: Element): () => void {
      const take = (mutations: readonly MutationRecord[]) => {
        for (const { type, target, addedNodes } of mutations) {
          if (type === 'childList') addedNodes.forEach(noteAll);
          const element = target instanceof Element ? target : target.parentElement;
          if (element && element !== root && root.contains(element)) note(element);
        }
      };
      const observer = new MutationObserver(take);
      observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      return () => {
        take(observer.takeRecords());
        observer.disconnect();
      };
    },
  };
}

const set = () => new Set<never>();

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): Value {
  const found = map.get(key) ?? value;
  map.set(key, found);
  return found;
}
