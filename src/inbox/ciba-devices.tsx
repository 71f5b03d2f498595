'use client';

import { forwardRef, useId, useMemo, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { chainHandlers, OWN_EVENTS } from '../components/own-events.js';
import * as Login from '../components/parts.js';
import { plainText } from '../components/plain-text.js';
import { Question } from '../components/question.js';
import { useChangeEffect } from '../components/use-change-effect.js';
import { toCibaError } from '../contract/errors.js';
import type { DeviceInfo } from '../contract/inbox.js';
import type { InboxMessages, Messages } from '../contract/messages.js';
import { enInbox } from '../locales/en.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { useAnnouncer } from '../react/use-announcer.js';
import type { InboxTexts } from './inbox-card.js';
import { useCibaDevices } from './use-ciba-devices.js';
import type { UseCibaDevicesOptions } from './use-ciba-devices.js';

export interface CibaDevicesProps extends UseCibaDevicesOptions, Omit<ComponentPropsWithoutRef<'section'>, 'children'> {
  /** Texts of `InboxMessages` and `Messages` that replace the English and the inherited ones. */
  messages?: Partial<InboxMessages & Messages> | undefined;
}

/**
 * The phones of the user, each with its last use. Each can be removed, with a question and this phone's passkey.
 *
 * @example
 * <CibaDevices adapter={createHttpInboxAdapter()} />
 */
export const CibaDevices = forwardRef<HTMLElement, CibaDevicesProps>(function CibaDevices(
  { adapter, passkeys, messages: overrides, ...props },
  ref,
) {
  const { devices, error, removing, remove, refresh } = useCibaDevices({ adapter, passkeys });
  const messages = useMessages(overrides);
  const texts = useMemo((): InboxTexts => ({ ...messages, ...enInbox, ...overrides }), [messages, overrides]);
  const { announce, regionRef } = useAnnouncer();
  const [asked, setAsked] = useState<string | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const [now] = useState(() => Date.now());
  const titleId = useId();
  const titleRef = useRef<HTMLHeadingElement>(null);

  /** The buttons of a phone that is gone disappear, so the focus goes to the title. */
  async function run({ id, name }: DeviceInfo): Promise<void> {
    // A button that is disabled while it works would lose the focus, so it only ignores clicks.
    if (removing !== null) return;
    setHasFailed(false);
    try {
      await remove(id);
    } catch {
      setHasFailed(true);
      return;
    }
    setAsked(null);
    titleRef.current?.focus();
    announce(texts['inbox.devices.removed'](name));
  }

  return (
    <MessagesContext.Provider value={messages}>
      <section
        aria-labelledby={titleId}
        data-scope="ciba-sessions"
        data-part="root"
        {...props}
        {...chainHandlers(props, OWN_EVENTS)}
        ref={ref}
      >
        <Login.Title id={titleId} ref={titleRef}>
          {texts['inbox.devices.title']}
        </Login.Title>
        {(hasFailed || error) && (
          <div role="alert" data-scope="ciba-sessions" data-part="problem">
            <Login.Text>
              {hasFailed ? texts['inbox.devices.fault'] : messages[`error.${toCibaError(error).code}.text`]}
            </Login.Text>
            {!hasFailed && <Login.Button onClick={() => void refresh()}>{messages['action.retry']}</Login.Button>}
          </div>
        )}
        {devices && devices.length > 0 && (
          <ul data-scope="ciba-sessions" data-part="list">
            {devices.map((device) => (
              <Phone
                key={device.id}
                device={device}
                texts={texts}
                now={now}
                asks={asked === device.id}
                isBusy={removing === device.id}
                onAsk={(asks) => {
                  setHasFailed(false);
                  setAsked(asks ? device.id : null);
                }}
                onRemove={() => void run(device)}
              />
            ))}
          </ul>
        )}
        <div ref={regionRef} role="status" data-scope="ciba-login" data-part="announcer" />
      </section>
    </MessagesContext.Provider>
  );
});

interface PhoneProps {
  readonly device: DeviceInfo;
  readonly texts: InboxTexts;
  readonly now: number;
  readonly asks: boolean;
  readonly isBusy: boolean;
  readonly onAsk: (asks: boolean) => void;
  readonly onRemove: () => void;
}

function Phone({ device, texts, now, asks, isBusy, onAsk, onRemove }: PhoneProps) {
  const askRef = useRef<HTMLButtonElement>(null);
  // The question takes the focus by itself.
  useChangeEffect(asks, () => askRef.current?.focus());
  const name = plainText(device.name);
  return (
    <li data-scope="ciba-sessions" data-part="device">
      <div data-scope="ciba-sessions" data-part="facts">
        <p data-scope="ciba-sessions" data-part="name">
          <bdi>{name}</bdi>
          {device.current && (
            <span data-scope="ciba-sessions" data-part="current">
              {texts['inbox.devices.current']}
            </span>
          )}
        </p>
        <p data-scope="ciba-sessions" data-part="fact">
          {texts['inbox.devices.lastUsed'](Math.max(0, (now - device.usedAt) / 1000))}
        </p>
        {device.push && (
          <p data-scope="ciba-sessions" data-part="fact">
            {texts['inbox.push.on']}
          </p>
        )}
        {(device.recoveryUntil ?? 0) > now && (
          <p data-scope="ciba-sessions" data-part="fact">
            {texts['inbox.signIn.only']}
          </p>
        )}
        {asks && (
          <Question
            question={texts['inbox.devices.confirm'](name)}
            confirm={texts['inbox.devices.remove']}
            cancel={texts['action.cancel']}
            isBusy={isBusy}
            onConfirm={onRemove}
            onCancel={() => onAsk(false)}
          />
        )}
      </div>
      {!asks && (
        <Login.Button ref={askRef} aria-label={texts['inbox.devices.removeSpoken'](name)} onClick={() => onAsk(true)}>
          {texts['inbox.devices.remove']}
        </Login.Button>
      )}
    </li>
  );
}
