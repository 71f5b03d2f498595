import type { AnyStateMachine } from 'xstate';
import { describeTransitions } from './describe-chart.js';

function Name({ children }: { children: string }) {
  return children === '' ? null : <code>{children}</code>;
}

/** The transitions of a chart as a table, read from the chart. */
export function ChartTable({ machine, caption }: { machine: AnyStateMachine; caption: string }) {
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {['In', 'when', 'if', 'go to', 'and'].map((heading) => (
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
            <td>{to === null ? 'stays' : <Name>{to}</Name>}</td>
            <td>{actions.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
