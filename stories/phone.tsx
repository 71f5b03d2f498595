import { useEffect, useState } from 'react';
import type { MemoryPhone, PhoneRequest } from 'react-ciba/adapters/memory';
import './phone.css';

/** A memory adapter's phone, to answer manually. It is a simulation, so its texts aren't translated. */
export function Phone({ phone }: { phone: MemoryPhone }) {
  const [requests, setRequests] = useState<readonly PhoneRequest[]>([]);
  const show = () => setRequests(phone.requests);

  useEffect(() => {
    const look = () =>
      setRequests((shown) => {
        const open = phone.requests;
        return open.length === shown.length && open.every(({ id }, index) => id === shown[index]?.id) ? shown : open;
      });
    const timer = setInterval(look, 200);
    return () => clearInterval(timer);
  }, [phone]);

  return (
    <section className="phone" aria-label="The phone" lang="en" dir="ltr">
      {requests.length === 0 && <p>No request</p>}
      {requests.map(({ id, loginHint, displayCode, transaction }) => (
        <div key={id} className="phone-request" data-request={id}>
          {transaction ? (
            <p>{transaction.title}?</p>
          ) : (
            <p>
              Sign in as <bdi>{loginHint}</bdi>?
            </p>
          )}
          {displayCode && <p className="phone-code">{displayCode}</p>}
          <button
            type="button"
            onClick={() => {
              phone.approve(id);
              show();
            }}
          >
            Approve
          </button>
          <button
            type="button"
            onClick={() => {
              phone.deny(id);
              show();
            }}
          >
            Deny
          </button>
        </div>
      ))}
    </section>
  );
}
