'use client';

import { forwardRef, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import type { TotpEnrollment } from '../contract/enrollment.js';
import type { Messages, SetupMessages } from '../contract/messages.js';
import { chainHandlers, OWN_EVENTS } from '../components/own-events.js';
import * as Login from '../components/parts.js';
import { TotpForm } from '../components/totp-form.js';
import { useSecondClicks } from '../components/use-second-clicks.js';
import { attempt } from '../environment/browser.js';
import { enSetup } from '../locales/en.js';
import { focusedElement } from '../react/dom.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { AnnounceContext, useAnnouncer } from '../react/use-announcer.js';
import type { Announce } from '../react/use-announcer.js';
import { QrCode } from './qr-code.js';
import { download, groupSecret } from './secret-text.js';
import { useTotpSetup } from './use-totp-setup.js';

export interface TotpSetupProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** The backend, for the user who is signed in. */
  enrollment: TotpEnrollment;
  /** Called when the authenticator app is set up, before any backup codes are shown. */
  onConfirmed?: (() => void) | undefined;
  /** Called when the user is done, including any backup codes. */
  onFinished?: (() => void) | undefined;
  /** Texts of `SetupMessages` and `Messages` that replace the English and the inherited ones. */
  messages?: Partial<SetupMessages & Messages> | undefined;
}

/**
 * Adds an authenticator app to the account of the signed-in user. It shows the secret as a QR code, as a link and in
 * groups to type, takes the first code, then shows the backup codes once. Secret and codes are only on the page, never in
 * storage or in a URL.
 *
 * @example
 * <TotpSetup enrollment={enrollment} onFinished={() => navigate('/account')} />
 */
export const TotpSetup = forwardRef<HTMLDivElement, TotpSetupProps>(function TotpSetup(
  { enrollment, onConfirmed, onFinished, messages: overrides, ...props },
  ref,
) {
  const setup = useTotpSetup({ enrollment, onConfirmed, onFinished });
  const texts = useMemo(() => ({ ...enSetup, ...overrides }), [overrides]);
  const inherited = useMessages(overrides);
  const messages = useMemo(() => ({ ...inherited, 'totpEntry.submit': texts['setup.confirm'] }), [inherited, texts]);
  const { announce, regionRef } = useAnnouncer();
  const clickHandlers = useSecondClicks(setup.status);

  return (
    <MessagesContext.Provider value={messages}>
      <AnnounceContext.Provider value={announce}>
        <div
          data-scope="totp-setup"
          data-part="root"
          data-state={setup.status}
          {...props}
          {...chainHandlers(clickHandlers, props, OWN_EVENTS)}
          ref={ref}
        >
          {setup.status === 'loading' && <Login.Text aria-busy="true">{texts['setup.loading']}</Login.Text>}
          {setup.status === 'failed' && (
            <>
              <Title text={messages[`error.${setup.error.code}.title`]} announce={announce} />
              <Login.Text>{messages[`error.${setup.error.code}.text`]}</Login.Text>
              <Login.Actions>
                <Login.Button variant="primary" onClick={setup.retry}>
                  {messages['action.retry']}
                </Login.Button>
              </Login.Actions>
            </>
          )}
          {setup.status === 'entry' && (
            <>
              <Login.Title>{texts['setup.title']}</Login.Title>
              <Login.Text>{texts['setup.text']}</Login.Text>
              <QrCode text={setup.uri} label={texts['setup.qrCode']} />
              <a data-scope="totp-setup" data-part="link" href={setup.uri}>
                {texts['setup.openApp']}
              </a>
              <Secret secret={setup.secret} texts={texts} announce={announce} />
              <Login.Text>{texts['setup.codeText']}</Login.Text>
              <TotpForm code={setup.code} submitCode={setup.submitCode} />
            </>
          )}
          {setup.status === 'confirmed' && (
            <>
              <Title text={texts['setup.confirmed']} announce={announce} takeFocus />
              <Login.Text>{texts['setup.confirmedText']}</Login.Text>
              {setup.backupCodes.length > 0 && (
                <BackupCodes codes={setup.backupCodes} texts={texts} announce={announce} onFinished={setup.finish} />
              )}
            </>
          )}
          <div ref={regionRef} role="status" data-scope="ciba-login" data-part="announcer" />
        </div>
      </AnnounceContext.Provider>
    </MessagesContext.Provider>
  );
});

interface Shared {
  readonly texts: SetupMessages;
  readonly announce: Announce;
}

/** The title of a screen that opened on its own. It is announced, or takes the focus from a form that was removed. */
function Title({ text, announce, takeFocus = false }: { text: string; announce: Announce; takeFocus?: boolean }) {
  const titleRef = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const title = titleRef.current;
    if (takeFocus && title && !focusedElement(title)) title.focus();
    else announce(text);
  }, [announce, takeFocus, text]);
  return <Login.Title ref={titleRef}>{text}</Login.Title>;
}

function Secret({ secret, ...shared }: Shared & { secret: string }) {
  const id = useId();
  const groups = groupSecret(secret);
  return (
    <div data-scope="totp-setup" data-part="secret">
      <span id={id} data-scope="totp-setup" data-part="secret-label">
        {shared.texts['setup.secret']}
      </span>
      {/* It is left to right and not translated. Screen readers read it in groups, as it is displayed. */}
      <code data-scope="totp-setup" data-part="secret-value" aria-labelledby={id} role="group" dir="ltr" translate="no">
        {groups}
      </code>
      <CopyButton text={groups.replaceAll(' ', '')} label={shared.texts['setup.copySecret']} {...shared} />
    </div>
  );
}

function BackupCodes({ codes, onFinished, ...shared }: Shared & { codes: readonly string[]; onFinished: () => void }) {
  const { texts, announce } = shared;
  const [failed, setFailed] = useState(false);
  /** Web views inside apps lack files and printers, or throw. */
  const save = (act: () => void) => {
    const failed = attempt(() => (act(), false), true);
    setFailed(failed);
    if (failed) announce(texts['setup.copyFailed']);
  };
  const id = useId();
  const listRef = useRef<HTMLUListElement>(null);
  return (
    <div data-scope="totp-setup" data-part="backup">
      <h3 id={id} data-scope="totp-setup" data-part="backup-title">
        {texts['setup.backupCodes']}
      </h3>
      <Login.Text>{texts['setup.backupText']}</Login.Text>
      <ul ref={listRef} aria-labelledby={id} data-scope="totp-setup" data-part="backup-codes" dir="ltr" translate="no">
        {codes.map((code) => (
          <li key={code} data-scope="totp-setup" data-part="backup-code">
            {code}
          </li>
        ))}
      </ul>
      <div data-scope="totp-setup" data-part="backup-actions">
        <CopyButton text={codes.join('\n')} label={texts['setup.copyCodes']} {...shared} />
        <Login.Button
          onClick={({ currentTarget: { ownerDocument } }) =>
            save(() => download(ownerDocument, texts['setup.fileName'], `${codes.join('\n')}\n`))
          }
        >
          {texts['setup.download']}
        </Login.Button>
        <Login.Button onClick={({ currentTarget }) => save(() => currentTarget.ownerDocument.defaultView?.print())}>
          {texts['setup.print']}
        </Login.Button>
        {failed && <Login.Error>{texts['setup.copyFailed']}</Login.Error>}
      </div>
      <Login.Actions>
        <Login.Button variant="primary" onClick={onFinished}>
          {texts['setup.finish']}
        </Login.Button>
      </Login.Actions>
    </div>
  );
}

function CopyButton({ text, label, texts, announce }: Shared & { text: string; label: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed' | null>(null);
  const copy = (navigator: Navigator | undefined) => {
    const finish = (outcome: 'copied' | 'copyFailed') => {
      setOutcome(outcome);
      announce(texts[`setup.${outcome}`]);
    };
    // The clipboard is missing on http pages, and refuses if the page doesn't have the focus.
    const write = async () => navigator?.clipboard.writeText(text) ?? Promise.reject(new Error('No page'));
    write().then(
      () => finish('copied'),
      () => finish('copyFailed'),
    );
  };
  return (
    <>
      <Login.Button onClick={({ currentTarget }) => copy(currentTarget.ownerDocument.defaultView?.navigator)}>
        {outcome === 'copied' ? texts['setup.copied'] : label}
      </Login.Button>
      {outcome === 'copyFailed' && <Login.Error>{texts['setup.copyFailed']}</Login.Error>}
    </>
  );
}
