import process from 'node:process';
import { Box, render, Text } from 'ink';
import { useEffect } from 'react';
import { useCibaLogin } from 'react-ciba';
import type { CibaAdapter } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';

/** A simulated phone that approves after two seconds. In an app, this is your backend. */
const adapter = createMemoryAdapter({ phone: 'approve', after: 2, interval: 1 });

/** A login in the terminal: the hook of react-ciba, drawn by Ink instead of react-dom. */
function SignIn<Session extends { readonly name: string }>({
  adapter,
  account,
}: {
  adapter: CibaAdapter<Session>;
  account: string;
}) {
  const login = useCibaLogin({
    adapter,
    onApproved: ({ name }) => console.log(`Signed in as ${name}.`),
  });
  const { status, start } = login;
  useEffect(() => {
    if (status === 'idle') start(account);
  }, [status, start, account]);

  switch (status) {
    case 'polling':
      return (
        <Box flexDirection="column">
          <Text bold>Check your phone</Text>
          <Text dimColor>The request is open until {new Date(login.push.expiresAt).toLocaleTimeString()}.</Text>
        </Box>
      );
    case 'approved':
      return <Text color="green">Approved</Text>;
    case 'denied':
    case 'expired':
      return <Text color="red">The request was {status}.</Text>;
    case 'failed':
      return <Text color="red">{login.error.message}</Text>;
    default:
      return <Text>One moment…</Text>;
  }
}

const [account] = process.argv.slice(2);
if (account) render(<SignIn adapter={adapter} account={account} />);
else console.error('Name the account: npm start -- ada@example.com');
