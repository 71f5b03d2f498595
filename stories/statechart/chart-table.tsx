import type { AnyStateMachine } from 'xstate';
import { describeTransitions } from './describe-chart.js';

function Name({ children }: { children: string }) {
  return children === '' ? null : <code>{children}</code>;
}

/** A table of a chart's transitions, read from the chart itself. */
export function ChartTable({ machine, caption }: { machine: AnyStateMachine; caption: string }) {
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {['State', 'Event', 'Guard', 'Target', 'Actions'].map((heading) => (
            <th key={heading} scope="col">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {describeTransitions(machine).map(({ from, event, condition, to, actions }) => (
          <tr key={[from, event, condition].join(' ')}>
            <th scope="row">
              <Name>{from}</Name>
            </th>
            <td>{event}</td>
            <td>{condition === 'otherwise' ? condition : <Name>{condition}</Name>}</td>
            <td>{to === null ? 'no change' : <Name>{to}</Name>}</td>
            <td>{actions.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
