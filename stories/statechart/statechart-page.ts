import {
  DEFAULT_APPROVAL_TIMEOUT_SECONDS,
  LOGIN_STATUSES,
  loginMachine,
  RESEND_COOLDOWN_SECONDS,
  totpMachine,
} from 'react-ciba/machine';
import { cardMachine } from '../../src/inbox/machine/card.machine.js';
import { toDiagram, toTable } from './describe-chart.js';

const diagram = (text: string) => ['```mermaid', text, '```'].join('\n');

/** Generates docs/statechart.md from the charts themselves, so that it always matches them. */
export function toStatechartPage(): string {
  return `# The statechart

One chart drives a login. It invokes a second chart to verify codes, which \`useTotp\` also runs alone. A third one drives
a [card](#card) on the phone of an [inbox](inbox.md). This page is generated from the charts. A test fails if it is out of date; run \`npm run docs:statechart\` to regenerate it.

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

## Card

On the phone. The number is checked before the passkey, and the passkey before the answer is sent. A denial and a report need
neither, so they leave every state of an open card. \`settling\` is the one place that turns an answer into an end. \`ended\` stands
for every end that \`CardEndStatus\` lists: the view tells them apart.

${diagram(toDiagram(cardMachine))}

${toTable(cardMachine)}
`;
}
