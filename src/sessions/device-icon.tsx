/** Systems of devices that are held in a hand. */
const HANDHELD: ReadonlySet<string | undefined> = new Set(['iPhone', 'iPad', 'Android']);

/** A phone or a computer. */
export function DeviceIcon({ system }: { readonly system: string | undefined }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      data-scope="ciba-sessions"
      data-part="icon"
    >
      {HANDHELD.has(system) ? (
        <path d="M8.75 3h6.5A1.75 1.75 0 0 1 17 4.75v14.5A1.75 1.75 0 0 1 15.25 21h-6.5A1.75 1.75 0 0 1 7 19.25V4.75A1.75 1.75 0 0 1 8.75 3Zm2.5 15h1.5" />
      ) : (
        <path d="M5.75 5h12.5c.69 0 1.25.56 1.25 1.25v8.5H4.5v-8.5C4.5 5.56 5.06 5 5.75 5ZM2.5 18.5h19" />
      )}
    </svg>
  );
}
