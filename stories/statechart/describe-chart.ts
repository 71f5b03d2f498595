import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** One row of a chart's table: in this state, when this happens and that holds, go there and do those things. */
export interface Transition {
  /** Path of the state below the root, for example `active.polling`; the root itself is `any`. */
  readonly from: string;
  readonly event: string;
  /** The guard's name, with `otherwise` where an earlier row of the same event has one. */
  readonly condition: string;
  /** Path of the target; null where the state stays. */
  readonly to: string | null;
  readonly actions: readonly string[];
}

/** What XState calls the end of an invoked actor or of a delay, in words. */
function nameEvent(event: string): string {
  const [, kind, rest = ''] = /^xstate\.(done\.actor|error\.actor|snapshot|after)\.(.*)$/.exec(event) ?? [];
  const subject = rest.split('.')[0] ?? '';
  switch (kind) {
    case 'done.actor':
      return `${subject} answers`;
    case 'error.actor':
      return `${subject} fails`;
    case 'snapshot':
      return `${subject} changes`;
    case 'after':
      return `after ${subject}`;
    default:
      return event === '' ? 'always' : event;
  }
}

interface Named {
  readonly type: string;
  readonly params?: unknown;
}

/** A guard or an action by name; a parameter that is a plain word belongs to the name. */
function nameOf(named: unknown): string {
  if (typeof named === 'string') return named;
  const { type, params } = named as Named;
  if (typeof params !== 'object' || params === null) return type;
  const [value] = Object.values(params) as unknown[];
  const word = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : value;
  return typeof word === 'string' ? `${type}(${word})` : type;
}

function pathOf(node: AnyStateNode): string {
  return node.path.length === 0 ? 'any' : node.path.join('.');
}

function transitionsOf(node: AnyStateNode): Transition[] {
  const groups: [string, AnyStateNode['always']][] = [...node.transitions];
  if (node.always && node.always.length > 0) groups.push(['', node.always]);
  return groups.flatMap(([event, transitions]) =>
    (transitions ?? []).map((transition, index) => ({
      from: pathOf(node),
      event: nameEvent(event),
      condition: transition.guard ? nameOf(transition.guard) : index > 0 ? 'otherwise' : '',
      to: transition.target?.[0] ? pathOf(transition.target[0]) : null,
      actions: transition.actions.map(nameOf),
    })),
  );
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

/** Every transition of a chart, read from the chart itself, in its order. */
export function describeTransitions(machine: AnyStateMachine): Transition[] {
  return nodesOf(machine.root).flatMap(transitionsOf);
}

/** The chart as a Markdown table. */
export function toTable(machine: AnyStateMachine): string {
  const code = (text: string) => (text === '' ? '' : `\`${text}\``);
  const rows = describeTransitions(machine).map(({ from, event, condition, to, actions }) =>
    [
      code(from),
      event,
      condition === 'otherwise' ? condition : code(condition),
      to === null ? 'stays' : code(to),
      actions.map(code).join(', '),
    ].join(' | '),
  );
  return ['In | when | if | go to | and', '--- | --- | --- | --- | ---', ...rows].map((row) => `| ${row} |`).join('\n');
}

/** The chart as a Mermaid state diagram. Transitions that stay where they are are left to the table. */
export function toDiagram(machine: AnyStateMachine): string {
  const id = (path: string) => path.replaceAll('.', '_');
  function draw(node: AnyStateNode, indent: string): string[] {
    const children = Object.values(node.states);
    if (children.length === 0) return [`${indent}state "${node.key}" as ${id(pathOf(node))}`];
    const inner = children.flatMap((child) => draw(child, `${indent}  `));
    const [initial] = node.initial.target ?? [];
    const start = initial ? [`${indent}  [*] --> ${id(pathOf(initial))}`] : [];
    if (node.path.length === 0) return [...start, ...inner];
    return [`${indent}state ${id(pathOf(node))} {`, ...start, ...inner, `${indent}}`];
  }
  const arrows = new Map<string, string[]>();
  for (const { from, event, to } of describeTransitions(machine)) {
    if (to === null || to === from || from === 'any') continue;
    const arrow = `${id(from)} --> ${id(to)}`;
    const labels = arrows.get(arrow) ?? [];
    if (!labels.includes(event)) arrows.set(arrow, [...labels, event]);
  }
  const lines = [...arrows].map(([arrow, labels]) => `  ${arrow}: ${labels.join(', ')}`);
  return ['stateDiagram-v2', ...draw(machine.root, ''), ...lines].join('\n');
}
