import type { Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

type Forms = Readonly<Record<Intl.LDMLPluralRule, string>>;

const rules = new Intl.PluralRules('ar');

/** Returns the form for the count, with the count instead of `#`. The forms for one and two already contain their number. */
function plural(count: number, forms: Forms): string {
  return forms[rules.select(count)].replace('#', String(count));
}

const MINUTES: Forms = {
  zero: '# دقيقة',
  one: 'دقيقة واحدة',
  two: 'دقيقتان',
  few: '# دقائق',
  many: '# دقيقة',
  other: '# دقيقة',
};

const SECONDS: Forms = {
  zero: '# ثانية',
  one: 'ثانية واحدة',
  two: 'ثانيتان',
  few: '# ثوانٍ',
  many: '# ثانية',
  other: '# ثانية',
};

function joinDuration(seconds: number, ofMinutes: Forms, ofSeconds: Forms): string {
  if (seconds < 60) return plural(seconds, ofSeconds);
  const minutes = plural(Math.floor(seconds / 60), ofMinutes);
  return seconds % 60 === 0 ? minutes : `${minutes} و${plural(seconds % 60, ofSeconds)}`;
}

const duration = (seconds: number) => joinDuration(seconds, MINUTES, SECONDS);

/** The form after a preposition, because the dual then has a different ending. */
const afterDuration = (seconds: number) =>
  `بعد ${joinDuration(seconds, { ...MINUTES, two: 'دقيقتين' }, { ...SECONDS, two: 'ثانيتين' })}`;

/** "Of 6 digits". */
const ofDigits = (digits: number) =>
  plural(digits, {
    zero: 'من # رقم',
    one: 'من رقم واحد',
    two: 'من رقمين',
    few: 'من # أرقام',
    many: 'من # رقمًا',
    other: 'من # رقم',
  });

/** The Arabic texts, in Modern Standard Arabic. Render them inside `dir="rtl"`. */
export const ar: Messages = {
  'idle.title': 'تسجيل الدخول',
  'idle.text': 'وافق على تسجيل الدخول من هاتفك. لا حاجة إلى كلمة مرور.',
  'idle.start': 'تسجيل الدخول',
  'idle.useCode': 'تسجيل الدخول برمز',
  'idle.after.cancel': 'أُلغي تسجيل الدخول. قد يظل الطلب ظاهرًا على هاتفك، ويمكنك رفضه هناك أو تجاهله.',
  'idle.after.otherTab': 'سجّلت الدخول في علامة تبويب أخرى. أعد تحميل هذه الصفحة للمتابعة هنا.',

  'identifier.email': 'البريد الإلكتروني',
  'identifier.emailInvalid': 'أدخل عنوان بريد إلكتروني، مثل name@example.com.',
  'identifier.username': 'اسم المستخدم',
  'identifier.usernameInvalid': 'أدخل اسم المستخدم.',
  'identifier.phone': 'رقم الهاتف',
  // Isolated as left-to-right text. Otherwise the groups of the number would appear in reverse order.
  'identifier.phoneInvalid': 'أدخل رقم هاتف مع رمز البلد، مثل \u2066+1 555 010 0123\u2069.',

  'summary.account': 'تسجيل الدخول باسم',
  'summary.device': 'أُرسل إلى',
  'summary.transaction': 'المطلوب الموافقة عليه',

  'pushing.title': 'جارٍ إرسال الطلب…',
  'pushing.text': 'أبقِ هاتفك في متناول يدك.',

  'polling.title': 'تفقّد هاتفك',
  'polling.text': 'افتح طلب تسجيل الدخول على هاتفك ووافق عليه. ستنتقل هذه الصفحة تلقائيًا إلى الخطوة التالية.',
  'polling.displayCode': 'رمزك',
  'polling.displayCodeText': 'وافق فقط إذا ظهر هذا الرمز على هاتفك، أو اختره هناك إذا طُلب منك ذلك.',
  'polling.displayCodeSpoken': (characters) => `رمزك هو ${characters}.`,
  'polling.timeLeft': (seconds) => `الوقت المتبقي: ${duration(seconds)}`,
  'polling.timeLeftSpoken': (seconds) => `الوقت المتبقي للموافقة: ${plural(seconds, SECONDS)}.`,
  'polling.timeLeftLabel': 'الوقت المتبقي للموافقة',
  'polling.reconnecting': 'جارٍ إعادة الاتصال… لا يزال طلبك مفتوحًا.',
  'polling.offline': 'أنت غير متصل بالإنترنت. سنتابع فور عودة الاتصال.',
  'polling.reconnected': 'عاد الاتصال.',
  'polling.resend': 'إعادة الإرسال',
  'polling.resendIn': (seconds) => `إعادة الإرسال ${afterDuration(seconds)}`,
  'polling.resendFailed': 'تعذّر إرسال طلب آخر. لا يزال الطلب الموجود على هاتفك مفتوحًا.',
  'polling.resendLimit': 'لا يمكن إرسال المزيد من الطلبات في عملية تسجيل الدخول هذه.',
  'polling.openApp': 'فتح التطبيق',

  'lateHint.title': 'لم يظهر شيء على هاتفك؟',
  'lateHint.openApp': 'افتح تطبيق المصادقة: الطلب ينتظرك هناك.',
  'lateHint.notifications': 'تأكد من أن التطبيق مثبّت ومسموح له بإرسال الإشعارات.',
  'lateHint.online': 'تأكد من أن الهاتف متصل بالإنترنت.',
  'lateHint.useCode': 'أو استخدم رمزًا: فهو لا يحتاج إلى طلب.',

  'totpEntry.title': 'أدخل الرمز',
  'totpEntry.text': 'افتح تطبيق المصادقة وأدخل الرمز الذي يعرضه لهذا الحساب.',
  'totpEntry.pushOpen': 'لا يزال بإمكانك الموافقة على الطلب من هاتفك.',
  'totpEntry.label': (digits) => `رمز ${ofDigits(digits)}`,
  'totpEntry.hint': 'يظهر رمز جديد كل 30 ثانية.',
  'totpEntry.submit': 'التحقق من الرمز',
  'totpEntry.verifying': 'جارٍ التحقق…',
  'totpEntry.incomplete': (digits) => `أدخل الرمز كاملًا، وهو ${ofDigits(digits)}.`,
  'totpEntry.digitsOnly': 'يتكوّن الرمز من أرقام فقط.',
  'totpEntry.wrong': 'الرمز غير صحيح.',
  'totpEntry.wrongAgain':
    'انتظر الرمز التالي، وتأكد من اختيار الحساب الصحيح في التطبيق. ينبغي أن تكون ساعة هاتفك مضبوطة تلقائيًا.',
  'totpEntry.attemptsLeft': (attempts) =>
    plural(attempts, {
      zero: 'لم تبقَ أي محاولة.',
      one: 'بقيت محاولة واحدة.',
      two: 'بقيت محاولتان.',
      few: 'بقيت # محاولات.',
      many: 'بقيت # محاولة.',
      other: 'بقيت # محاولة.',
    }),
  'totpEntry.fault': 'تعذّر التحقق من الرمز. لم تُحتسب عليك محاولة.',

  'lockedOut.title': 'عدد كبير من الرموز الخاطئة',
  'lockedOut.text': 'لحماية حسابك، لن تُقبل الرموز لبعض الوقت.',
  'lockedOut.retryIn': (seconds) => `يمكنك إدخال رمز مرة أخرى ${afterDuration(seconds)}.`,
  'lockedOut.over': 'يمكنك الآن إدخال رمز مرة أخرى.',

  'approved.finishingTitle': 'تمت الموافقة',
  'approved.finishingText': 'جارٍ إكمال تسجيل الدخول…',
  'approved.title': 'تم تسجيل دخولك',
  'approved.text': 'تمت الموافقة على تسجيل دخولك.',

  'denied.title': 'رُفض تسجيل الدخول',
  'denied.text': 'رُفض الطلب على هاتفك، ولذلك لم يسجّل أحد الدخول.',
  'denied.report': 'لم أطلب ذلك',
  'denied.reported': 'شكرًا على إبلاغنا. إذا وصلتك طلبات أخرى لم ترسلها، فارفضها.',

  'expired.title': 'انتهت صلاحية الطلب',
  'expired.text': 'لم تتم الموافقة على الطلب في الوقت المحدد. أرسل طلبًا جديدًا عندما يكون هاتفك في متناول يدك.',
  'expired.retry': 'إرسال طلب جديد',

  'timedOut.title': 'هل ما زلت هنا؟',
  'timedOut.text': 'توقفنا مؤقتًا. لا يزال الطلب مفتوحًا على هاتفك، ويمكنك متابعة الانتظار.',
  'timedOut.keepWaiting': 'متابعة الانتظار',

  'action.useCode': 'استخدام رمز بدلًا من ذلك',
  'action.backToPush': 'العودة إلى طلب الهاتف',
  'action.pushInstead': 'الموافقة من الهاتف بدلًا من ذلك',
  'action.retry': 'إعادة المحاولة',
  'action.cancel': 'إلغاء',
  'action.back': 'رجوع',
  'action.close': 'إغلاق',

  'error.offline.title': 'أنت غير متصل بالإنترنت',
  'error.offline.text': 'تحقق من اتصالك، ثم أعد المحاولة.',
  'error.network.title': 'تعذّر الاتصال',
  'error.network.text': 'تحقق من اتصالك، ثم أعد المحاولة.',
  'error.timeout.title': 'يستغرق الأمر وقتًا أطول من اللازم',
  'error.timeout.text': 'لم تستجب خدمة تسجيل الدخول في الوقت المناسب. أعد المحاولة بعد قليل.',
  'error.rateLimited.title': 'عدد كبير من الطلبات',
  'error.rateLimited.text': 'انتظر دقيقة، ثم أعد المحاولة.',
  'error.unavailable.title': 'تسجيل الدخول غير متاح',
  'error.unavailable.text': 'تواجه خدمة تسجيل الدخول مشكلة حاليًا. أعد المحاولة بعد بضع دقائق.',
  'error.badResponse.title': 'حدث خطأ ما',
  'error.badResponse.text': 'أرسلت خدمة تسجيل الدخول ردًا تعذّرت علينا قراءته. أعد المحاولة بعد بضع دقائق.',
  'error.unauthorized.title': 'تسجيل الدخول غير متاح',
  'error.unauthorized.text': 'تعذّر على هذا التطبيق الوصول إلى خدمة تسجيل الدخول. يُرجى إبلاغ دعم التطبيق.',
  'error.forbidden.title': 'لا يمكنك تسجيل الدخول هنا',
  'error.forbidden.text': 'تسجيل الدخول هذا غير مسموح به. يُرجى التواصل مع دعم التطبيق.',
  'error.notFound.title': 'انتهت عملية تسجيل الدخول هذه',
  'error.notFound.text': 'لم يعد الطلب موجودًا. ابدأ من جديد.',
  'error.misconfigured.title': 'تسجيل الدخول غير مُعَدّ بشكل صحيح',
  'error.misconfigured.text': 'لا يمكنك حل هذه المشكلة من هنا. يُرجى إبلاغ دعم التطبيق.',
  'error.refused.title': 'لم يُقبل تسجيل الدخول',
  'error.refused.text': 'ابدأ من جديد. إذا تكرر ذلك، فتواصل مع دعم التطبيق.',
  'error.inReview.title': 'تسجيل دخولك قيد المراجعة',
  'error.inReview.text': 'ستتمكن من تسجيل الدخول عند انتهاء المراجعة. لا داعي للانتظار هنا.',
  'error.sessionRefused.title': 'تعذّر إكمال تسجيل الدخول',
  'error.sessionRefused.text': 'وصلت موافقتك، لكن التطبيق لم يتمكن من تسجيل دخولك. ابدأ من جديد.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'تعذّر إرسال الطلب',
  'error.unknownUser.text': 'تحقق مما أدخلته، أو استخدم رمزًا.',
  'error.noDevice.title': 'تعذّر إرسال الطلب',
  'error.noDevice.text': 'تحقق مما أدخلته، أو استخدم رمزًا.',
  'error.unknown.title': 'حدث خطأ ما',
  'error.unknown.text': 'أعد المحاولة. إذا تكرر ذلك، فتواصل مع دعم التطبيق.',
};

/** The Arabic texts of `<TotpSetup>`. */
export const arSetup: SetupMessages = {
  'setup.title': 'إعداد تطبيق المصادقة',
  'setup.text': 'امسح هذا الرمز ضوئيًا باستخدام تطبيق المصادقة على هاتفك.',
  'setup.loading': 'لحظة من فضلك…',
  'setup.qrCode': 'رمز استجابة سريعة لتطبيق المصادقة. المفتاح أدناه يؤدي الغرض نفسه.',
  'setup.openApp': 'الفتح في تطبيق المصادقة على هذا الجهاز',
  'setup.secret': 'أو أدخل هذا المفتاح يدويًا',
  'setup.copySecret': 'نسخ المفتاح',
  'setup.codeText': 'ثم أدخل الرمز الذي يعرضه التطبيق.',
  'setup.confirm': 'تأكيد',
  'setup.copied': 'تم النسخ.',
  'setup.copyFailed': 'لم يسمح متصفحك بالنسخ. حدّد النص وانسخه بنفسك.',
  'setup.confirmed': 'تم إعداد تطبيق المصادقة',
  'setup.confirmedText': 'يمكنك من الآن فصاعدًا تسجيل الدخول برموزه.',
  'setup.backupCodes': 'رموز احتياطية',
  'setup.backupText':
    'يتيح لك كل رمز منها تسجيل الدخول مرة واحدة إذا فقدت هاتفك. احفظها في مكان آمن، فهي لا تظهر إلا الآن.',
  'setup.copyCodes': 'نسخ الرموز',
  'setup.download': 'تنزيل',
  'setup.fileName': 'backup-codes.txt',
  'setup.print': 'طباعة',
  'setup.finish': 'حفظتُ الرموز',
};

/** The Arabic texts of `<CibaSessions>`. */
export const arSessions: SessionsMessages = {
  'sessions.title': 'الأجهزة التي سجّلت الدخول منها',
  'sessions.loading': 'لحظة من فضلك…',
  'sessions.current': 'هذا الجهاز',
  'sessions.device': (browser, system) => `\u2068${browser}\u2069 على \u2068${system}\u2069`,
  'sessions.unknownDevice': 'جهاز غير معروف',
  'sessions.lastUsed': (secondsAgo) => `آخر استخدام: ${relativeTime('ar-u-nu-latn', secondsAgo)}`,
  'sessions.signedInAt': (time) => `تسجيل الدخول: ${dateAndTime('ar-u-nu-latn', time)}`,
  'sessions.push': 'بالموافقة على هاتفك',
  'sessions.code': 'برمز من تطبيق المصادقة',
  'sessions.end': 'تسجيل الخروج',
  'sessions.endSpoken': (device) => `تسجيل الخروج من ${device}`,
  'sessions.ended': (device) => `تم تسجيل الخروج من ${device}.`,
  'sessions.endOthers': 'تسجيل الخروج من كل الأجهزة الأخرى',
  'sessions.confirm': (devices) => `هل تريد تسجيل الخروج من الأجهزة الأخرى (${devices})؟`,
  'sessions.othersEnded': 'تم تسجيل الخروج من كل الأجهزة الأخرى.',
  'sessions.noOthers': 'لم تسجّل الدخول على أي جهاز آخر.',
};
