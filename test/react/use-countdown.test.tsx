import { act, render, screen } from '@testing-library/react';
import { Profiler, StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { secondsLeft, useCountdown } from '../../src/react/use-countdown.js';

const START = 1_700_000_000_250;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

function pass(milliseconds: number): void {
  act(() => {
    vi.advanceTimersByTime(milliseconds);
  });
}

let rendered: (number | null)[] = [];

function TimeLeft({ deadline }: { deadline: number }) {
  const seconds = useCountdown(deadline);
  rendered.push(seconds);
  return <output>{seconds}</output>;
}

beforeEach(() => {
  rendered = [];
});

test.each([
  [1000, 0, 1],
  [1001, 0, 2],
  [999, 0, 1],
  [0, 0, 0],
  [0, 5000, 0],
  [Number.NaN, 0, 0],
])('%d − %d ms are %d s', (deadline, now, seconds) => {
  expect(secondsLeft(deadline, now)).toBe(seconds);
});

describe('useCountdown', () => {
  test('renders once a second, in step with the deadline', () => {
    render(<TimeLeft deadline={START + 2600} />);
    expect(screen.getByRole('status')).toHaveTextContent('3');
    pass(599);
    expect(rendered).toEqual([3]);
    pass(2);
    expect(rendered).toEqual([3, 2]);
    pass(1000);
    pass(1000);
    expect(rendered).toEqual([3, 2, 1, 0]);
  });

  test('stops at 0 and keeps no timer', () => {
    render(<TimeLeft deadline={START + 500} />);
    expect(vi.getTimerCount()).toBe(1);
    pass(60_000);
    expect(rendered).toEqual([1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('shows the time that passed during a sleep, not the number of ticks', () => {
    render(<TimeLeft deadline={START + 60_000} />);
    const awake = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => awake() + 45_000);
    pass(1001);
    expect(screen.getByRole('status')).toHaveTextContent('14');
    vi.restoreAllMocks();
  });

  test.each([3, -3])('H5: a device whose clock is set by %s hours changes no countdown', (hours) => {
    render(<TimeLeft deadline={START + 60_000} />);
    vi.setSystemTime(START + hours * 3_600_000);
    pass(1001);
    expect(screen.getByRole('status')).toHaveTextContent('59');
    pass(58_000);
    expect(screen.getByRole('status')).toHaveTextContent('1');
    pass(1_000);
    expect(screen.getByRole('status')).toHaveTextContent('0');
  });

  test('leaves no timer behind and takes one only, in StrictMode too', () => {
    const { rerender, unmount } = render(<TimeLeft deadline={START + 9000} />, { wrapper: StrictMode });
    expect(vi.getTimerCount()).toBe(1);
    rerender(<TimeLeft deadline={START + 20_000} />);
    expect(screen.getByRole('status')).toHaveTextContent('20');
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('nothing ticks while the page is hidden, and on the return the time left is right at once', () => {
    const visibility = vi.spyOn(document, 'visibilityState', 'get');
    const turn = (state: DocumentVisibilityState) => {
      visibility.mockReturnValue(state);
      act(() => void document.dispatchEvent(new Event('visibilitychange')));
    };
    render(<TimeLeft deadline={START + 60_000} />);
    turn('hidden');
    expect(vi.getTimerCount()).toBe(0);
    pass(30_000);
    expect(rendered).toEqual([60]);
    turn('visible');
    expect(rendered).toEqual([60, 30]);
    pass(1001);
    expect(rendered).toEqual([60, 30, 29]);
  });

  test('one that starts in a hidden page waits for its return', () => {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    render(<TimeLeft deadline={START + 60_000} />);
    expect(screen.getByRole('status')).toHaveTextContent('60');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('H6: ticks in a browser whose visibility throws', () => {
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    render(<TimeLeft deadline={START + 60_000} />);
    pass(1001);
    expect(screen.getByRole('status')).toHaveTextContent('59');
  });

  test('several tick together: one timer and one commit a second', () => {
    let commits = 0;
    render(
      <Profiler id="all" onRender={() => (commits += 1)}>
        <TimeLeft deadline={START + 60_000} />
        <TimeLeft deadline={START + 30_000} />
      </Profiler>,
    );
    expect(vi.getTimerCount()).toBe(1);
    commits = 0;
    pass(1);
    for (let second = 0; second < 5; second += 1) pass(1_000);
    expect(commits).toBe(5);
    expect(vi.getTimerCount()).toBe(1);
  });

  test('renders the leaf alone', () => {
    let renders = 0;
    function Host() {
      renders += 1;
      return <TimeLeft deadline={START + 3000} />;
    }
    render(<Host />);
    pass(3000);
    expect(renders).toBe(1);
  });
});
