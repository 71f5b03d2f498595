'use client';

import { forwardRef, useContext, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import { CIBA_ERROR_CODES } from '../contract/errors.js';
import type { CibaError, CibaErrorCode } from '../contract/errors.js';
import type { TotpEnrollment } from '../contract/enrollment.js';
import { errorClass, waitText } from '../contract/error-class.js';
import type { Messages, SetupMessages } from '../contract/messages.js';
import { chainHandlers, OWN_EVENTS } from '../components/own-events.js';
import { Dial } from '../components/dial.js';
import * as Login from '../components/parts.js';
import { WaitHint } from '../components/retry-hint.js';
import { TotpForm } from '../components/totp-form.js';
import { useSecondClicks } from '../components/use-second-clicks.js';
import { attempt } from '../environment/browser.js';
import { enSetup } from '../locales/en.js';
import type { CodeView } from '../machine/view.js';
import { focusedElement } from '../react/dom.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { AnnounceContext, useAnnouncer } from '../react/use-announcer.js';
import type { Announce } from '../react/use-announcer.js';
import { ClockContext, useCountdown } from '../react/use-countdown.js';
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
  /** Whether the backend returns backup codes. Without them there is no third step. @default true */
  backupCodes?: boolean | undefined;
  /** A framed card, or without a frame as part of the app's page. @default 'card' */
  layout?: 'card' | 'inline' | undefined;
  /** Texts of `SetupMessages` and `Messages` that replace the English and the inherited ones. */
  messages?: Partial<SetupMessages & Messages> | undefined;
}

/**
 * Adds an authenticator app to the account of the signed-in user, in three steps: it shows the secret as a QR code, as a
 * link and in groups to type, takes the first code, then shows the backup codes once. Secret and codes are only on the
 * page, never in storage or in a URL.
 *
 * @example
 * <TotpSetup enrollment={enrollment} onFinished={() => navigate('/account')} />
 */
export const TotpSetup = forwardRef<HTMLDivElement, TotpSetupProps>(function TotpSetup(
  {
    enrollment,
    onConfirmed,
    onFinished,
    backupCodes: offersBackup = true,
    layout = 'card',
    messages: overrides,
    ...props
  },
  ref,
) {
  const setup = useTotpSetup({ enrollment, onConfirmed, onFinished });
  const texts = useMemo(() => ({ ...enSetup, ...overrides }), [overrides]);
  const inherited = useMessages(overrides);
  const messages = useMemo(() => toSetupTexts(inherited, texts), [inherited, texts]);
  const { announce, regionRef } = useAnnouncer();
  const clickHandlers = useSecondClicks(setup.status);
  const shared = { texts, announce };
  const titleRef = useRef<HTMLHeadingElement>(null);
  const askedAgain = useRef(false);
  /** The button that was pressed is gone then, so the focus goes to the title. */
  const startOver = () => {
    askedAgain.current = true;
    setup.retry();
  };
  useEffect(() => {
    if (askedAgain.current) titleRef.current?.focus();
    askedAgain.current = false;
  }, [setup.status]);
  const codes = setup.status === 'confirmed' ? setup.backupCodes : [];
  const over = setup.status === 'failed' || (setup.status === 'confirmed' && codes.length === 0);
  const done = setup.status === 'confirmed' ? 'done' : undefined;

  return (
    <MessagesContext.Provider value={messages}>
      <AnnounceContext.Provider value={announce}>
        <div
          data-scope="totp-setup"
          data-part="root"
          data-state={setup.status}
          data-layout={layout}
          {...props}
          {...chainHandlers(clickHandlers, props, OWN_EVENTS)}
          ref={ref}
        >
          <Login.Head>
            {over && <Dial {...(setup.status === 'failed' ? FAILED : CONFIRMED)} />}
            {setup.status === 'failed' ? (
              <Failure error={setup.error} {...shared} />
            ) : setup.status === 'confirmed' ? (
              <>
                <Title text={texts['setup.confirmed']} announce={announce} takeFocus />
                <Login.Text>{texts['setup.confirmedText']}</Login.Text>
              </>
            ) : (
              <Login.Title ref={titleRef}>{texts['setup.title']}</Login.Title>
            )}
          </Login.Head>
          {!over && (
            <ol data-scope="totp-setup" data-part="steps">
              <Step title={texts['setup.text']} state={done ?? 'current'}>
                {setup.status === 'loading' && (
                  <div data-scope="totp-setup" data-part="skeleton" aria-busy="true">
                    <Login.Hidden>{texts['setup.loading']}</Login.Hidden>
                  </div>
                )}
                {setup.status === 'entry' && (
                  <>
                    <Login.Button asChild>
                      <a data-scope="totp-setup" data-part="link" href={setup.uri}>
                        {texts['setup.openApp']}
                      </a>
                    </Login.Button>
                    <QrCode text={setup.uri} label={texts['setup.qrCode']} />
                    <Secret open={setup.uri.length > SURELY_DRAWN} secret={setup.secret} {...shared} />
                  </>
                )}
              </Step>
              <Step title={texts['setup.codeText']} state={done ?? (setup.status === 'entry' ? 'current' : 'next')}>
                {setup.status === 'entry' && (
                  <TotpForm code={setup.code} submitCode={setup.submitCode}>
                    {isOver(setup.code.problem) && (
                      <Login.Button onClick={startOver}>{texts['setup.startOver']}</Login.Button>
                    )}
                  </TotpForm>
                )}
              </Step>
              {(offersBackup || codes.length > 0) && (
                <Step title={texts['setup.backupCodes']} state={done ? 'current' : 'next'}>
                  {codes.length > 0 && <BackupCodes codes={codes} {...shared} />}
                </Step>
              )}
            </ol>
          )}
          {setup.status === 'failed' && <RetryActions error={setup.error} onRetry={startOver} />}
          {codes.length > 0 && (
            <Login.Actions>
              <Login.Button variant="primary" onClick={setup.finish}>
                {texts['setup.finish']}
              </Login.Button>
            </Login.Actions>
          )}
          <div ref={regionRef} role="status" data-scope="ciba-login" data-part="announcer" />
        </div>
      </AnnounceContext.Provider>
    </MessagesContext.Provider>
  );
});

/** The texts of the login that set-up says in its own way: it doesn't sign the user in, and counts no attempts. */
function toSetupTexts(messages: Messages, texts: SetupMessages): Messages {
  const own = CIBA_ERROR_CODES.filter((code) => !SHARED_CODES.includes(code));
  return {
    ...messages,
    'totpEntry.submit': texts['setup.confirm'],
    'totpEntry.fault': texts['setup.codeFault'],
    ...Object.fromEntries(own.map((code) => [`error.${code}.text`, texts['setup.failedText']])),
    'error.unauthorized.text': texts['setup.sessionEndedText'],
  };
}

/** The errors that mean the same in set-up as in a login. */
const SHARED_CODES: readonly CibaErrorCode[] = [
  'offline',
  'network',
  'timeout',
  'badResponse',
  'unavailable',
  'rateLimited',
  'unknown',
];

/** Whether the secret can't be confirmed anymore, so that another code won't help. */
function isOver(problem: CodeView['problem']): boolean {
  if (problem?.kind !== 'fault') return false;
  const { error } = problem;
  return error.code === 'notFound' || (error.code !== 'unauthorized' && errorClass(error, false) === 'support');
}

/** Why there is no secret, announced as a whole. */
function Failure({ error, texts, announce }: Shared & { error: CibaError }) {
  const messages = useMessages();
  const title = texts[error.code === 'unauthorized' ? 'setup.sessionEndedTitle' : 'setup.failedTitle'];
  const text = messages[`error.${error.code}.text`];
  const wait = waitText(error, messages);
  const spoken = messages['spoken.join']([title, text, ...(wait === null ? [] : [wait])]);
  return (
    <>
      <Title text={title} spoken={spoken} announce={announce} />
      <Login.Text>{text}</Login.Text>
    </>
  );
}

/** Asks for a secret again, from the time on that the error names. */
function RetryActions({ error, onRetry }: { error: CibaError; onRetry: () => void }) {
  const messages = useMessages();
  const clock = useContext(ClockContext);
  const [retryAt] = useState(() => clock.now() + (error.retryAfter ?? 0) * 1000);
  const seconds = useCountdown(retryAt);
  return (
    <>
      <WaitHint error={error} retryAt={retryAt} />
      <Login.Actions>
        <Login.Button variant="primary" disabled={seconds !== 0} onClick={onRetry}>
          {messages['action.retry']}
        </Login.Button>
      </Login.Actions>
    </>
  );
}

const FAILED = { glyph: 'alert', tone: 'warning' } as const;
const CONFIRMED = { glyph: 'check', tone: 'success', share: 1 } as const;

interface StepProps {
  title: string;
  state: 'current' | 'next' | 'done';
  children: ReactNode;
}

/** One of the three steps. The first two are open together, because the user goes back and forth between them. */
function Step({ title, state, children }: StepProps) {
  return (
    <li
      data-scope="totp-setup"
      data-part="step"
      data-state={state}
      aria-current={state === 'current' ? 'step' : undefined}
    >
      <h3 data-scope="totp-setup" data-part="step-title">
        {title}
      </h3>
      {children}
    </li>
  );
}

interface Shared {
  readonly texts: SetupMessages;
  readonly announce: Announce;
}

interface TitleProps {
  text: string;
  /** @default the text */
  spoken?: string;
  announce: Announce;
  takeFocus?: boolean;
}

/** The title of a screen that opened on its own. It is announced, or takes the focus from a form that was removed. */
function Title({ text, spoken = text, announce, takeFocus = false }: TitleProps) {
  const titleRef = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const title = titleRef.current;
    if (takeFocus && title && !focusedElement(title)) title.focus();
    else announce(spoken);
  }, [announce, spoken, takeFocus]);
  return <Login.Title ref={titleRef}>{text}</Login.Title>;
}

/** The characters of a URI up to which there is always a QR code. Beyond, the key may be the only way, so it is in sight. */
const SURELY_DRAWN = 700;

function Secret({ secret, open, ...shared }: Shared & { secret: string; open: boolean }) {
  const id = useId();
  const groups = groupSecret(secret);
  return (
    <details data-scope="totp-setup" data-part="secret" open={open}>
      <summary id={id} data-scope="totp-setup" data-part="secret-label">
        {shared.texts['setup.secret']}
      </summary>
      <div data-scope="totp-setup" data-part="secret-row">
        {/* It is left to right and not translated. Screen readers read it in groups, as it is displayed. */}
        <code
          data-scope="totp-setup"
          data-part="secret-value"
          aria-labelledby={id}
          role="group"
          dir="ltr"
          translate="no"
        >
          {groups}
        </code>
        <CopyButton
          variant="quiet"
          text={groups.replaceAll(' ', '')}
          label={shared.texts['setup.copySecret']}
          {...shared}
        />
      </div>
    </details>
  );
}

function BackupCodes({ codes, ...shared }: Shared & { codes: readonly string[] }) {
  const { texts, announce } = shared;
  const [failed, setFailed] = useState(false);
  /** Web views inside apps lack files and printers, or throw. */
  const save = (act: () => void) => {
    const failed = attempt(() => (act(), false), true);
    setFailed(failed);
    if (failed) announce(texts['setup.copyFailed']);
  };
  return (
    <>
      <Login.Text>{texts['setup.backupText']}</Login.Text>
      <ul
        aria-label={texts['setup.backupCodes']}
        data-scope="totp-setup"
        data-part="backup-codes"
        dir="ltr"
        translate="no"
      >
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
    </>
  );
}

interface CopyButtonProps extends Shared {
  text: string;
  label: string;
  variant?: 'quiet' | 'secondary';
}

function CopyButton({ text, label, texts, announce, variant = 'secondary' }: CopyButtonProps) {
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
      <Login.Button
        variant={variant}
        data-accent=""
        onClick={({ currentTarget }) => copy(currentTarget.ownerDocument.defaultView?.navigator)}
      >
        {outcome === 'copied' ? texts['setup.copied'] : label}
      </Login.Button>
      {outcome === 'copyFailed' && <Login.Error>{texts['setup.copyFailed']}</Login.Error>}
    </>
  );
}
