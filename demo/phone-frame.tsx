import { useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';

/** From this width on, shop and phone stand side by side. `demo.css` has the same. */
const wide = matchMedia('(min-width: 900px)');

function subscribe(onChange: () => void): () => void {
  wide.addEventListener('change', onChange);
  return () => wide.removeEventListener('change', onChange);
}

/** Whether there is room for the phone beside the shop. */
export function useRoomForPhone(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}

/** The phone of a backend on the server: a page of its own. In a narrow window it opens in another tab. */
export function PhoneBeside({ page }: { page: string }) {
  const hasRoom = useRoomForPhone();
  if (!hasRoom) return null;
  return (
    <PhoneFrame>
      <iframe src={page} title="Phone" />
    </PhoneFrame>
  );
}

export function PhoneFrame({ children }: { children: ReactNode }) {
  return (
    <div className="device">
      <div className="screen">{children}</div>
    </div>
  );
}

/** The shop shows a phone's page in a frame that looks like a phone. */
const isFramed = window.self !== window.top;
document.documentElement.classList.toggle('framed', isFramed);

/** What a phone's page has around its own content. */
export function PhonePage({ className = '', children }: { className?: string; children: ReactNode }) {
  return (
    <main className={`phone ${className}`}>
      {children}
      {!isFramed && (
        <p className="quiet">
          <a href="/">Back to the shop</a>
        </p>
      )}
    </main>
  );
}
