import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** One row of a chart's table: a transition with its state, event, guard, target and actions. */
export interface Transition {
  /** Path of the state below the root, for example `active.polling`. The root itself is `any`. */
  readonly from: string;
  readonly event: string;
  /** The guard's name, or `otherwise` if only an earlier row for the same event has a guard. */
  readonly condition: string;
  /** Path of the target, or null if the state doesn't change. */
  readonly to: string | null;
  readonly actions: readonly string[];
}

/** Names XState's internal events for invoked actors and delays in words. */
function nameEvent(event: string): string {
  const [, kind, rest = ''] = /^xstate\.(done\.actor|error\.actor|snapshot|after)\.(.*)$/.exec(event) ?? [];
  const subject = rest.split('.')[0] ?? '';
  switch (kind) {
    case 'done.actor':
      return `${subject} succeeds`;
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

/** The name of a guard or an action. A parameter that is a plain string becomes part of the name. */
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

/** Every transition of a chart, read from the chart itself and in its order. */
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
      to === null ? 'no change' : code(to),
      actions.map(code).join(', '),
    ].join(' | '),
  );
  return ['state | event | guard | target | actions', '--- | --- | --- | --- | ---', ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}

/** The chart as a Mermaid state diagram. Transitions that don't change the state are only in the table. */
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
