import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useAnnouncer } from '../../src/react/use-announcer.js';

let renders = 0;

function Saved() {
  const { announce, regionRef } = useAnnouncer();
  renders += 1;
  return (
    <>
      <button onClick={() => announce('Saved.')}>Save</button>
      <div ref={regionRef} role="status" />
    </>
  );
}

test('announcing writes into the region, also the same text again, and renders nothing', () => {
  render(<Saved />);
  const region = screen.getByRole('status');
  expect(region).toBeEmptyDOMElement();

  const said: (string | null)[] = [];
  for (let round = 0; round < 3; round += 1) {
    fireEvent.click(screen.getByRole('button'));
    said.push(region.textContent);
  }
  expect(said).toEqual(['Saved.', 'Saved.\u00a0', 'Saved.']);
  expect(renders).toBe(1);
});

// Testing Library's `getByText` reads the texts that an element has by itself.
test.each(['The request was denied.', '请求已拒绝。', 'Request denied', 'Vous êtes connecté !'])(
  'a text that is also shown is found once: %s',
  (text) => {
    function Shown() {
      const { announce, regionRef } = useAnnouncer();
      return (
        <>
          <button onClick={() => announce(text)}>Announce</button>
          <p>{text}</p>
          <div ref={regionRef} role="status" />
        </>
      );
    }
    render(<Shown />);
    fireEvent.click(screen.getByRole('button'));
    expect(screen.getByRole('status')).toHaveTextContent(text);
    expect(screen.getByText(text).tagName).toBe('P');
    // A repeated text, too.
    fireEvent.click(screen.getByRole('button'));
    expect(screen.getByText(text).tagName).toBe('P');
  },
);
