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
export function PhoneBeside() {
  const hasRoom = useRoomForPhone();
  if (!hasRoom) return null;
  return (
    <PhoneFrame>
      <iframe src="/phone" title="Phone" />
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
