import { LOGIN_STATUSES } from '../../src/machine/index.js';
import type { SeenComponent, SeenPart } from './component-parts.js';
import type { ComponentDescription, PropDescription } from './component-props.js';

interface Library {
  readonly described: ReadonlyMap<string, ComponentDescription>;
  readonly seen: ReadonlyMap<string, SeenComponent>;
  readonly parts: ReadonlyMap<string, SeenPart>;
}

const BEGIN = '<!-- prettier-ignore-start -->';
const END = '<!-- prettier-ignore-end -->';

const code = (text: string) => `\`${text}\``;
const cell = (text: string) => text.replaceAll('|', '\\|');
const codes = (texts: Iterable<string>) => Array.from(texts, code).join(', ');

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const filled = head.map((_, column) => rows.some((row) => row[column] !== ''));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => filled[column]).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n');
}

function toPropRow({ name, type, required, fallback, text }: PropDescription): string[] {
  const isValue = /^(['"\d[]|true|false|null)/.test(fallback);
  return [code(name), code(type), required ? 'required' : isValue ? code(fallback) : fallback, text];
}

/** Describes the values that an attribute had, in words. */
function toValues(values: ReadonlySet<string | null>): string {
  const given = [...values].filter((value) => value !== null);
  if (given.every((value) => value === '')) return '';
  if (given.every((value) => /^\d+$/.test(value))) return 'a number';
  const statuses = LOGIN_STATUSES.filter((status) => given.includes(status));
  const missing = LOGIN_STATUSES.filter((status) => !given.includes(status));
  if (missing.length === 0) return 'the status';
  if (missing.length <= 2) return `the status, never ${codes(missing)}`;
  return codes(statuses.length === given.length ? statuses : given.toSorted());
}

function toAttributes({ attributes }: SeenPart): [state: string, others: string] {
  const others = [...attributes]
    .filter(([name]) => name !== 'data-state')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => [code(name), toValues(values)].filter(Boolean).join(': '));
  const states = attributes.get('data-state');
  return [states ? toValues(states) : '', others.join('; ')];
}

function toPartRow(part: SeenPart): string[] {
  return [code(part.scope), code(part.part), codes([...part.elements].toSorted()), ...toAttributes(part)];
}

const PART_HEAD = ['`data-scope`', '`data-part`', 'element', '`data-state`', 'other data attributes'];

/** Groups message keys by their first word: `polling.`: `title`, `text`. One pair covers the texts of all errors. */
function toMessages(keys: ReadonlySet<string>, all: readonly string[]): string {
  const groups = new Map<string, Set<string>>();
  for (const key of all.filter((each) => keys.has(each))) {
    const [, group = '', rest = ''] = /^(\w+)\.(.*)$/.exec(key) ?? [];
    groups.set(group, (groups.get(group) ?? new Set()).add(group === 'error' ? rest.replace(/^\w+/, '<code>') : rest));
  }
  return Array.from(groups, ([group, rests]) => `- ${code(`${group}.`)} ${codes(rests)}`).join('\n');
}

/** The generated half of docs/components.md. */
export function toReference(
  { described, seen, parts }: Library,
  messageKeys: (specifier: string) => readonly string[],
): string {
  const ownParts = (name: string) => [...parts.values()].filter(({ components }) => components.has(name));
  const madeOf = (name: string) => [...described.keys()].filter((each) => seen.get(name)?.madeOf.has(each));
  /** Whether a component is a single element with only the props that every element takes. */
  const isPart = ({ name, props, takesElementProps }: ComponentDescription) =>
    takesElementProps && props.every((prop) => prop.name === 'asChild') && madeOf(name).length === 0;

  /** Orders components from the whole login down to its parts. */
  const order = new Set<string>();
  const add = (name: string) => {
    if (order.has(name)) return;
    order.add(name);
    madeOf(name).forEach(add);
  };
  add('CibaLogin');
  [...described.keys()].forEach(add);
  const inOrder = [...order].flatMap((name) => described.get(name) ?? []);

  function toSection({ name, specifier, text, example, props, takesElementProps, ref }: ComponentDescription): string {
    const own = ownParts(name).toSorted((a, b) => Number(b.part === 'root') - Number(a.part === 'root'));
    // A component with a single element gets its texts from the component that uses it.
    const shown =
      own.length === 1 && madeOf(name).length === 0 && takesElementProps ? undefined : seen.get(name)?.messages;
    const messages = shown && toMessages(shown, messageKeys(specifier));
    return [
      `### ${name}`,
      text,
      specifier !== 'react-ciba' && `From \`${specifier}\`.`,
      example && `\`\`\`tsx fragment\n${example}\n\`\`\``,
      props.length > 0 && toTable(['prop', 'type', 'default', 'description'], props.map(toPropRow)),
      ref && `\`ref\` points to its \`${ref}\`${takesElementProps ? ', which also receives all other props' : ''}.`,
      own.length > 0 && `Own elements:\n\n${toTable(PART_HEAD, own.map(toPartRow))}`,
      madeOf(name).length > 0 &&
        `Composed of ${madeOf(name)
          .map((each) => `[${each}](#${anchorOf(each)})`)
          .join(', ')}.`,
      messages && `Messages that it shows or announces:\n\n${messages}`,
    ]
      .filter(Boolean)
      .join('\n\n');
  }

  const anchorOf = (name: string) => {
    const component = described.get(name);
    return component && isPart(component) ? 'parts' : name.toLowerCase().replaceAll('.', '');
  };

  const partRows = inOrder
    .filter(isPart)
    .flatMap(({ name, text }) => ownParts(name).map((part) => [code(name), ...toPartRow(part).slice(1), text]));
  return [
    '## Reference',
    ...inOrder.filter((component) => !isPart(component)).map(toSection),
    '### Parts',
    'Each part is one element with `data-scope="ciba-login"`. Within a login, `data-state` is the status; the table lists the statuses in the built-in screens. Each part accepts `asChild`, `ref` and all props of its element.',
    toTable(['component', ...PART_HEAD.slice(1), 'description'], partRows),
  ].join('\n\n');
}

/** Inserts the generated half between its markers in the page. */
export function fillPage(page: string, reference: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/components.md has no ${BEGIN} or ${END}. Restore both markers.`);
  return `${before}${BEGIN}\n\n${reference}\n\n${END}${after}`;
}
