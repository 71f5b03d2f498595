import {
  DEFAULT_APPROVAL_TIMEOUT_SECONDS,
  LOGIN_STATUSES,
  loginMachine,
  RESEND_COOL_DOWN_SECONDS,
  totpMachine,
} from 'react-ciba/machine';
import { toDiagram, toTable } from './describe-chart.js';

const diagram = (text: string) => ['```mermaid', text, '```'].join('\n');

/** docs/statechart.md: written by the charts themselves, so that it cannot say anything else. */
export function toStatechartPage(): string {
  return `# The statechart

One chart drives a login; a second one, which it invokes and \`useTotp\` runs alone, checks codes. This page is written by the
charts: a test fails when they differ, and \`npm run docs:statechart\` writes it anew.

The public statuses are ${LOGIN_STATUSES.map((status) => `\`${status}\``).join(', ')}. They are the last word of a state's path:
\`active.code.totpEntry\` is the status \`totpEntry\`. The two states below \`approved\` are told apart by \`finishing\`.

A push may be open in every state below \`active\`, which invokes the one poller: neither a resend nor a change of view ends a
poll. A state's own rows go before those of the states around it.

Numbers: approvalTimeout ${DEFAULT_APPROVAL_TIMEOUT_SECONDS} s, cool-down before a resend ${RESEND_COOL_DOWN_SECONDS.join(', ')} s.

## Login

${diagram(toDiagram(loginMachine))}

${toTable(loginMachine)}

## Code

${diagram(toDiagram(totpMachine))}

${toTable(totpMachine)}
`;
}
