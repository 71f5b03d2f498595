import type { GetServerSideProps, InferGetServerSidePropsType } from 'next';
import { useRouter } from 'next/router';
import { CibaLogin, resumeInTab } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import { handler, origin } from '../server/ciba';

const adapter = createHttpAdapter<{ name: string }>();

/** The server knows the session, so it renders the right page from the start. */
export const getServerSideProps = (async ({ req }) => {
  const request = new Request(origin, { headers: { cookie: req.headers.cookie ?? '' } });
  return { props: { user: await handler.session(request) } };
}) satisfies GetServerSideProps;

export default function Page({ user }: InferGetServerSidePropsType<typeof getServerSideProps>) {
  const router = useRouter();
  const reload = () => router.replace(router.asPath);
  if (!user) return <CibaLogin adapter={adapter} resume={resumeInTab()} onApproved={reload} />;
  return (
    <main>
      <h1>Welcome, {user.name}</h1>
      <button type="button" onClick={() => void adapter.signOut().then(reload)}>
        Sign out
      </button>
    </main>
  );
}
