import type { CibaAdapter, Messages } from 'react-ciba';
import { CibaApproval, type ApprovalMessages, type ApprovedApproval } from 'react-ciba/approvals';

/** A message of the chat. An approval is one, too, so a reload shows its card again. */
export type ChatMessage = { readonly key: string } & (
  { readonly from: 'user' | 'agent'; readonly text: string } | { readonly from: 'agent'; readonly approval: string }
);

interface AgentChatProps {
  readonly chat: readonly ChatMessage[];
  readonly adapter: CibaAdapter<ApprovedApproval>;
  readonly messages?: Partial<Messages & ApprovalMessages> | undefined;
}

/**
 * A chat with an agent. The card only shows how the approval stands: the agent waits for the outcome on the server, and says
 * in its next message what it did.
 */
export function AgentChat({ chat, adapter, messages }: AgentChatProps) {
  return (
    <ol className="chat" aria-label="Chat with the travel agent">
      {chat.map((message) => (
        <li key={message.key} data-from={message.from}>
          {'text' in message ? (
            <p>{message.text}</p>
          ) : (
            <CibaApproval id={message.approval} adapter={adapter} layout="inline" messages={messages} />
          )}
        </li>
      ))}
    </ol>
  );
}
