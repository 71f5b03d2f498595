import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { CibaInbox } from 'react-ciba/inbox';
import type { CibaInboxProps, InboxNotifications, NotificationPermissionState, Passkeys } from 'react-ciba/inbox';
import { expect, userEvent, waitFor } from 'storybook/test';
import { createTestInbox, createTestPasskeys } from '../test/support/test-inbox.js';
import type { TestInbox, TestInboxOptions, TestPasskeysOptions } from '../test/support/test-inbox.js';
import { inboxMessagesOf } from './locales.js';
import './inbox.css';

/** Notifications whose permission the story decides. */
function createTestNotifications(permission: NotificationPermissionState): InboxNotifications {
  let state = permission;
  return {
    readPermission: () => state,
    subscribe: async () => {
      state = 'on';
      return {};
    },
    unsubscribe: async () => undefined,
  };
}

export interface StoryInboxProps extends Partial<Omit<CibaInboxProps, 'notifications' | 'passkeys'>> {
  readonly inbox?: TestInboxOptions;
  readonly passkeys?: TestPasskeysOptions & {
    readonly obstacle?: Awaited<ReturnType<NonNullable<Passkeys['findObstacle']>>>;
  };
  readonly permission?: NotificationPermissionState;
}

const stages = new WeakMap<Element, TestInbox>();

/** The phone's page with a backend and a client of its own, so that a story starts over each time it is opened. */
export function StoryInbox({ inbox = {}, passkeys = {}, permission = 'off', ...props }: StoryInboxProps) {
  const [stage] = useState(() => ({
    inbox: createTestInbox(inbox),
    passkeys: { ...createTestPasskeys(passkeys), findObstacle: async () => passkeys.obstacle ?? null },
    notifications: createTestNotifications(permission),
    client: new QueryClient({ defaultOptions: { queries: { retry: false } } }),
  }));
  return (
    <QueryClientProvider client={stage.client}>
      <CibaInbox
        ref={(root) => void (root && stages.set(root, stage.inbox))}
        adapter={stage.inbox.adapter}
        passkeys={stage.passkeys}
        notifications={stage.notifications}
        support={<a href="#help">Get help</a>}
        {...props}
      />
    </QueryClientProvider>
  );
}

/** Acts on the phone's page as its user. It relies on parts, so that it works in every language. */
export function phoneOf(canvasElement: HTMLElement) {
  const find = (selector: string) =>
    waitFor(() => {
      const element = canvasElement.querySelector<HTMLElement>(`[data-scope="ciba-inbox"] ${selector}`);
      if (!element) throw new Error(`The phone doesn't show ${selector}.`);
      return element;
    });
  const click = async (selector: string) => userEvent.click(await find(selector));
  const phone = {
    find,
    click,
    deny: () => click('[data-part="halves"] button:first-child'),
    approve: () => click('[data-part="halves"] button:last-child'),
    report: () => click('[data-part="actions"] > [data-variant="quiet"]'),
    /** Presses the button of a screen that has one. */
    press: () => click('[data-part="actions"] > button'),
    types: async (text: string, selector = 'input') => userEvent.type(await find(selector), text),
    /** Waits for a state of the open card, or of the screen without one. */
    shows: (state: string) =>
      waitFor(() => expect(canvasElement.querySelector('[data-layout="card"]')).toHaveAttribute('data-state', state), {
        timeout: 5000,
      }),
    /** Waits until a part shows this text. */
    reads: (part: string, text: string) =>
      waitFor(() => {
        const parts = canvasElement.querySelectorAll(`[data-part="${part}"]`);
        return expect(Array.from(parts, ({ textContent }) => textContent).join(' ')).toContain(text);
      }),
    inbox: async () => {
      const stage = stages.get(
        await waitFor(() => {
          const root = canvasElement.querySelector('[data-scope="ciba-inbox"][data-part="root"]');
          if (!root) throw new Error('The story shows no inbox.');
          return root;
        }),
      );
      if (!stage) throw new Error('This story must render a StoryInbox.');
      return stage;
    },
  };
  return phone;
}

/** The inbox texts in the page's language. */
export const phoneTexts = () => inboxMessagesOf(document.documentElement.lang);
