import type { ReactNode } from 'react';
import 'react-ciba/styles.css';

export const metadata = { title: 'Example Shop' };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
