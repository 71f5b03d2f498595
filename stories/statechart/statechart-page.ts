import {
  DEFAULT_APPROVAL_TIMEOUT_SECONDS,
  LOGIN_STATUSES,
  loginMachine,
  RESEND_COOLDOWN_SECONDS,
  totpMachine,
} from 'react-ciba/machine';
import { toDiagram, toTable } from './describe-chart.js';

const diagram = (text: string) => ['```mermaid', text, '```'].join('\n');

/** Generates docs/statechart.md from the charts themselves, so that it always matches them. */
export function toStatechartPage(): string {
  return `# The statechart

One chart drives a login. It invokes a second chart to verify codes, which \`useTotp\` also runs alone. This page is generated
from the charts. A test fails if it is out of date; run \`npm run docs:statechart\` to regenerate it.

The public statuses are ${LOGIN_STATUSES.map((status) => `\`${status}\``).join(', ')}. A status is the last part of a state's path:
\`active.code.totpEntry\` is the status \`totpEntry\`. \`finishing\` distinguishes the two states below \`approved\`.

A push can be open in every state below \`active\`. That state invokes the single poller, so neither a resend nor a change of view
ends a poll. A state's own transitions take precedence over those of its parent states.

Defaults: \`approvalTimeout\` is ${DEFAULT_APPROVAL_TIMEOUT_SECONDS} s. The cooldowns before a resend are ${RESEND_COOLDOWN_SECONDS.join(', ')} s.

## Login

${diagram(toDiagram(loginMachine))}

${toTable(loginMachine)}

## Code

${diagram(toDiagram(totpMachine))}

${toTable(totpMachine)}
`;
}
