import type { AppProps } from 'next/app';
import Head from 'next/head';
import 'react-ciba/styles.css';

export default function App({ Component, pageProps }: AppProps) {
  return (
    <>
      <Head>
        <title>Example Shop</title>
        <link rel="icon" href="/icon.svg" />
      </Head>
      <Component {...pageProps} />
    </>
  );
}
