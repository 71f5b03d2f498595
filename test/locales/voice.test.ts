// @vitest-environment node
import { expect, test } from 'vitest';
import { locales, sayings, textsOf } from './all-locales.js';
import type { Locale } from './all-locales.js';

/** How a text is shown. Every key that isn't named here is a sentence. */
const KINDS = {
  title: /^(?!setup\.)[\w.]+(\.title|Title)$/,
  setupTitle: /^setup\.(title|text|codeText|confirmed|backupCodes|\w+Title)$/,
  button:
    /^(action\.\w+|(approval\.)?idle\.(start|useCode)|polling\.(resend|resendLimit|openApp)|(denied|expired)\.(retry|report)|timedOut\.keepWaiting|totpEntry\.submit|setup\.(confirm|startOver|download|print|copied)|inbox\.(approve|deny|done|setup\.(continue|passkey)|locked\.unlock|devices\.remove))$/,
  /** Alone in its line. */
  wideButton: /^(setup\.(openApp|finish|copySecret|copyCodes|secret)|inbox\.(\w+\.report|push\.(en|dis)able))$/,
  label:
    /^(summary\.\w+|identifier\.(email|username|phone)|error\.reference|polling\.(displayCode|timeLeftLabel)|totpEntry\.label|approval\.(eyebrow|payee)|inbox\.(\w+\.eyebrow|from|number|payee|setup\.(code|name)|devices\.(current|lastUsed|removeSpoken)|signIn\.only))$/,
  pill: /^(polling\.(reconnecting|offline|resendFailed)|totpEntry\.pushOpen)$/,
  /** Clocks, counts, amounts, a file name, and what is under way. */
  other:
    /^(or|polling\.(timeLeft|timeLeftValue|resendIn)|setup\.fileName|spoken\.join|(approval|inbox)\.amount|inbox\.(others|loading|checking|\w+\.question)|totpEntry\.verifying|setup\.loading|(approval\.)?approved\.finishingText)$/,
};
type Kind = keyof typeof KINDS | 'sentence';

function kindOf(key: string): Kind {
  const [kind] = Object.entries(KINDS).find(([, keys]) => keys.test(key)) ?? ['sentence'];
  return kind as Kind;
}

/** What a text takes on the screen. Characters of Chinese and Japanese are twice as wide, and marks take no room. */
function widthOf(text: string): number {
  const characters = text.replace(/[\p{M}\u2066-\u2069]/gu, '');
  return [...characters].reduce(
    (width, character) => width + (/[\u3000-\u9fff\uff00-\uffef]/.test(character) ? 2 : 1),
    0,
  );
}

/** What the texts of some keys say. */
function said(locale: Locale, matches: (key: string) => boolean): { key: string; text: string }[] {
  return textsOf(locale).flatMap(([key, text]) =>
    matches(key) ? sayings(key, text).map((saying) => ({ key, text: saying })) : [],
  );
}

/** The most that fits, in English. A translation may be half as long again, but for what stands beside the ring. */
const MOST: Partial<Record<Kind, number>> = {
  title: 28,
  setupTitle: 48,
  button: 26,
  wideButton: 30,
  label: 28,
  pill: 40,
  sentence: 116,
};

test.each(locales)('$tag fits its places', (locale) => {
  for (const [kind, most] of Object.entries(MOST)) {
    const room = locale.tag === 'en' || kind === 'pill' ? most : most * 1.5;
    const long = said(locale, (key) => kindOf(key) === kind).filter(({ text }) => widthOf(text) > room);
    expect(long, kind).toEqual([]);
  }
});

test.each(locales)('$tag ends sentences with a stop, and no label with one', (locale) => {
  const open = said(locale, (key) => kindOf(key) === 'sentence').filter(({ text }) => !/[.。…؟?？]$/.test(text));
  // An example at the end of a Japanese sentence has none.
  expect(open.filter(({ text }) => !/：\S+( \d+)*$/.test(text))).toEqual([]);
  const stopped = said(locale, (key) => ['title', 'button', 'wideButton', 'label'].includes(kindOf(key)));
  expect(stopped.filter(({ text }) => /[.。]$/.test(text))).toEqual([]);
});

/** The two words that must not stand for each other, and what makes a compound of its own with the second. */
const WORDS: Readonly<Record<string, { number: RegExp; code: RegExp; compounds: RegExp; signIn: RegExp }>> = {
  en: {
    number: /number/i,
    code: /code/i,
    compounds: /(backup|QR|invitation) codes?/gi,
    signIn: /\b(sign|log)(ged|ed|ging|ing)?( you)?[ -]?ins?\b/i,
  },
  de: {
    number: /nummer/i,
    code: /code/i,
    compounds: /(Backup|QR)-Codes?|Einladungscode/g,
    signIn: /anmeld|angemeldet|\bmelden\b/i,
  },
  fr: {
    number: /numéro/i,
    code: /code/i,
    compounds: /codes? (de secours|QR|d’invitation)/gi,
    signIn:
      /\b(demande de connexion|connexions|se connecter|reconnectez-vous|connectez-vous(?! à)|connecté(?!\w* à)|vous connecter)/i,
  },
  es: {
    number: /número/i,
    code: /código/i,
    compounds: /códigos? (de respaldo|QR|de invitación)/gi,
    signIn: /sesión(?! terminó)/i,
  },
  'pt-BR': {
    number: /número/i,
    code: /código/i,
    compounds: /códigos? (de backup|QR|de convite)/gi,
    signIn: /\b(entrar|entrou|entre|entrando)\b/i,
  },
  ja: { number: /番号/, code: /コード/, compounds: /(バックアップ|QR|招待)コード/g, signIn: /サインイン|ログイン/ },
  'zh-CN': { number: /编号/, code: /码/, compounds: /备用验证码|二维码|邀请码|密码/g, signIn: /登录/ },
  ar: {
    number: /رقم/,
    code: /رمز|رموز/,
    compounds: /رمز (QR|الدعوة|دعوة)|(ال)?رموزي? ?ا?ل?احتياطية|رموز احتياطية|الرموز الاحتياطية/g,
    signIn: /الدخول|دخولك/,
  },
};
const words = (locale: Locale) => {
  const found = WORDS[locale.tag];
  if (!found) throw new Error(`Write down the words for number and code in ${locale.tag}.`);
  return found;
};

const SAYS_NUMBER =
  /^(polling\.displayCode\w*|inbox\.(number|numberText|deviceText|wrongNumber|mismatched\.text|setup\.otherPhone\.text))$/;
const SAYS_CODE =
  /^((idle|action|lateHint)\.useCode|totpEntry\.(title|text|label|hint|incomplete|submit|wrong|wrongAgain|fault)|lockedOut\.\w+|setup\.(codeText|confirm|codeFault|confirmedText))$/;
/** They name another thing: what a user has at the phone company. */
const OTHER_NUMBERS = /^identifier\.phone/;
const FILE = 'setup.fileName';

test.each(locales)('$tag has a word for the number and another for the code', (locale) => {
  const { number, code, compounds } = words(locale);
  const texts = said(locale, (key) => !OTHER_NUMBERS.test(key) && key !== FILE).map(({ key, text }) => ({
    key,
    text: text.replace(compounds, ''),
  }));
  const wrong = texts.filter(
    ({ key, text }) => number.test(text) !== SAYS_NUMBER.test(key) || (code.test(text) && !SAYS_CODE.test(key)),
  );
  expect(wrong).toEqual([]);
  // Verbs and pronouns may stand for the code where the field is, but its own texts name it.
  const named = texts.filter(({ key }) => /^((idle|action|lateHint)\.useCode|totpEntry\.(title|label))$/.test(key));
  expect(named.filter(({ text }) => !code.test(text))).toEqual([]);
});

const SAYS_SIGN_IN =
  /^(idle\.(title|text|start|after\.otherTab)|approved\.(title|finishingText)|error\.sessionRefused\.title|setup\.sessionEnded\w+|inbox\.signIn\.\w+)$/;

test.each(locales)('$tag says only of a login that someone signs in', (locale) => {
  const { signIn } = words(locale);
  const texts = said(locale, () => true).filter(({ text }) => signIn.test(text));
  expect(texts.filter(({ key }) => !SAYS_SIGN_IN.test(key))).toEqual([]);
  // The words that are looked for are those of the language.
  for (const key of ['idle.title', 'approved.title', 'inbox.signIn.eyebrow'])
    expect(texts.map((text) => text.key)).toContain(key);
});

/** The files of the kit that show texts, without those that have them. */
const sources = Object.entries(
  import.meta.glob<string>(['../../src/**/*.{ts,tsx}', '!../../src/locales/**', '!../../src/contract/messages.ts'], {
    eager: true,
    query: '?raw',
    import: 'default',
  }),
).map(([, source]) => source);

test('no text is left unused', () => {
  const [english] = locales.filter(({ tag }) => tag === 'en');
  if (!english) throw new Error('There is no English.');
  const code = sources.join('\n');
  // A key that is put together counts if its parts are in the code, too.
  const templates = [...code.matchAll(/`((?:[\w.]+|\$\{[^}`]*\})+)`/g)]
    .map(([, template]) => template as string)
    .filter((template) => /\.\$|\}\./.test(template))
    .map((template) => new RegExp(`^${template.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '([\\w.]+)')}$`));
  // An approval's text takes the place of the login's with the same name.
  const inUse = (key: string) =>
    code.includes(`messages.${key}`) || isWritten(key) || isWritten(key.replace(/^approval\./, ''));
  const isWritten = (part: string): boolean =>
    new RegExp(`['"]${part.replaceAll('.', '\\.')}['"]|^ +${part}: \\{`, 'm').test(code) ||
    templates.some((template) => {
      const [, ...parts] = template.exec(part) ?? [];
      return parts.length > 0 && parts.every(isWritten);
    });
  const keys = textsOf(english).map(([key]) => key);
  expect(keys.filter((key) => !inUse(key))).toEqual([]);
});
