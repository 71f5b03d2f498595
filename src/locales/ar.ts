import { formatAmount } from '../contract/amount.js';
import { clock, joinSentences, roundUp } from '../contract/durations.js';
import type {
  ApprovalMessages,
  InboxMessages,
  Messages,
  SessionsMessages,
  SetupMessages,
} from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

type Forms = Readonly<Record<Intl.LDMLPluralRule, string>>;

const rules = new Intl.PluralRules('ar');

/** Returns the form for the count, with the count instead of `#`. The forms for one and two already contain their number. */
function plural(count: number, forms: Forms): string {
  return forms[rules.select(count)].replace('#', String(count));
}

const SECONDS: Forms = {
  zero: '# ثانية',
  one: 'ثانية واحدة',
  two: 'ثانيتان',
  few: '# ثوانٍ',
  many: '# ثانية',
  other: '# ثانية',
};

const MINUTES: Forms = {
  zero: '# دقيقة',
  one: 'دقيقة واحدة',
  two: 'دقيقتان',
  few: '# دقائق',
  many: '# دقيقة',
  other: '# دقيقة',
};

/** The forms after a preposition, because the dual then has a different ending. */
const AFTER = {
  second: { ...SECONDS, two: 'ثانيتين' },
  minute: { ...MINUTES, two: 'دقيقتين' },
  hour: {
    zero: '# ساعة',
    one: 'ساعة واحدة',
    two: 'ساعتين',
    few: '# ساعات',
    many: '# ساعة',
    other: '# ساعة',
  },
} as const;

const OTHER_REQUESTS: Forms = {
  zero: 'لا طلبات أخرى',
  one: 'طلب آخر',
  two: 'طلبان آخران',
  few: '# طلبات أخرى',
  many: '# طلبًا آخر',
  other: '# طلب آخر',
};

/** "After 5 minutes", rounded up. */
function afterTime(seconds: number): string {
  const [count, unit] = roundUp(seconds);
  return `بعد ${plural(count, AFTER[unit])}`;
}

/** "1 minute and 5 seconds". */
function exactTime(seconds: number): string {
  if (seconds < 60) return plural(seconds, SECONDS);
  const minutes = plural(Math.floor(seconds / 60), MINUTES);
  return seconds % 60 === 0 ? minutes : `${minutes} و${plural(seconds % 60, SECONDS)}`;
}

/** "Of 6 digits". The usual word for a digit also means number, so it is the word for a place. */
const ofDigits = (digits: number) =>
  plural(digits, {
    zero: 'من # خانة',
    one: 'من خانة واحدة',
    two: 'من خانتين',
    few: 'من # خانات',
    many: 'من # خانة',
    other: 'من # خانة',
  });

/** The Arabic texts, in Modern Standard Arabic. Render them inside `dir="rtl"`. */
export const ar: Messages = {
  'idle.title': 'تسجيل الدخول',
  'idle.text': 'وافق على طلب في هاتفك. لا حاجة إلى كلمة مرور.',
  'idle.start': 'إرسال طلب الدخول',
  'idle.useCode': 'استخدام رمز المصادقة',
  'idle.after.cancel': 'تم الإلغاء. إذا بقي طلب على هاتفك، فيمكنك تجاهله.',
  'idle.after.otherTab': 'سجّلت الدخول في علامة تبويب أخرى. أعد تحميل هذه الصفحة للمتابعة.',

  'identifier.email': 'البريد الإلكتروني',
  'identifier.emailInvalid': 'أدخل بريدك الإلكتروني، مثل name@example.com.',
  'identifier.username': 'اسم المستخدم',
  'identifier.usernameInvalid': 'أدخل اسم المستخدم.',
  'identifier.phone': 'رقم الهاتف',
  // Isolated as left-to-right text. Otherwise the groups of the number would appear in reverse order.
  'identifier.phoneInvalid': 'أدخل رقم هاتفك، مثل \u2066+1 555 010 0123\u2069.',

  'summary.account': 'الحساب',
  'summary.device': 'أُرسل إلى',
  'summary.transaction': 'الطلب',

  'pushing.title': 'جارٍ إرسال الطلب…',
  'pushing.text': 'جهّز هاتفك.',

  'polling.title': 'تحقّق من هاتفك',
  'polling.text': 'وافق على الطلب في هاتفك. ستُحدَّث هذه الصفحة.',
  'polling.displayCode': 'رقم المطابقة',
  'polling.displayCodeText': 'وافق فقط إذا ظهر هذا الرقم على هاتفك.',
  'polling.displayCodeEnter': 'أدخل هذا الرقم في هاتفك.',
  'polling.displayCodeSpoken': (characters) => `رقم المطابقة: ${characters}.`,
  'polling.timeLeft': (seconds) => `بقي ${clock(seconds)}`,
  'polling.timeLeftValue': (seconds) => `الوقت المتبقي: ${exactTime(seconds)}`,
  'polling.timeLeftSpoken': (seconds) => `الوقت المتبقي للموافقة: ${plural(seconds, SECONDS)}.`,
  'polling.timeLeftLabel': 'الوقت المتبقي للموافقة',
  'polling.reconnecting': 'جارٍ إعادة الاتصال… يمكنك الموافقة.',
  'polling.offline': 'أنت غير متصل. أعد الاتصال للمتابعة.',
  'polling.reconnected': 'عاد الاتصال.',
  'polling.resend': 'إرسال طلب جديد',
  'polling.resendIn': (seconds) => `طلب جديد بعد ${clock(seconds)}`,
  'polling.resent': 'أُرسل طلب جديد. وافق على أحدث طلب في هاتفك.',
  'polling.resendFailed': 'تعذّر إرسال طلب جديد.',
  'polling.resendLimit': 'لا مزيد من الطلبات',
  'polling.resendLimitSpoken': 'لا يمكننا إرسال المزيد من الطلبات. ما زال بإمكانك الموافقة على آخر طلب.',
  'polling.openApp': 'فتح تطبيق المصادقة',

  'lateHint.title': 'لا يوجد طلب على هاتفك؟',
  'lateHint.openApp': 'افتح تطبيق المصادقة. قد يكون الطلب هناك.',
  'lateHint.account': 'تأكد من صحة الحساب المعروض هنا.',
  'lateHint.notifications': 'تأكد من أن التطبيق يمكنه إرسال الإشعارات إليك.',
  'lateHint.online': 'تأكد من أن هاتفك متصل بالإنترنت.',
  'lateHint.useCode': 'أو استخدم رمز المصادقة. لا يحتاج إلى طلب.',

  'totpEntry.title': 'أدخل الرمز',
  'totpEntry.text': 'أدخل رمز المصادقة من تطبيق المصادقة.',
  'totpEntry.pushOpen': 'الطلب ما زال مفتوحًا',
  'totpEntry.label': (digits) => `رمز ${ofDigits(digits)}`,
  'totpEntry.hint': 'يتغيّر الرمز كل 30 ثانية.',
  'totpEntry.submit': 'التحقق من الرمز',
  'totpEntry.verifying': 'جارٍ التحقق…',
  'totpEntry.incomplete': (digits) => `أدخل الرمز كاملًا، وهو ${ofDigits(digits)}.`,
  'totpEntry.digitsOnly': 'أدخل أرقامًا فقط.',
  'totpEntry.wrong': 'لم يعمل هذا الرمز. أدخل الرمز الحالي.',
  'totpEntry.wrongAgain': 'تأكد من أن الرمز لهذا الحساب، وأن هاتفك يضبط الوقت تلقائيًا.',
  'totpEntry.attemptsLeft': (attempts) =>
    plural(attempts, {
      zero: 'لم تبقَ أي محاولة.',
      one: 'بقيت محاولة واحدة.',
      two: 'بقيت محاولتان.',
      few: 'بقيت # محاولات.',
      many: 'بقيت # محاولة.',
      other: 'بقيت # محاولة.',
    }),
  'totpEntry.fault': 'تعذّر علينا التحقق من رمزك. لا تُحسب هذه محاولة.',

  'lockedOut.title': 'رموز خاطئة كثيرة',
  'lockedOut.text': 'لحماية هذا الحساب، أوقفنا رموز المصادقة مؤقتًا.',
  'lockedOut.retryIn': (seconds) => `يمكنك إدخال رمز مرة أخرى ${afterTime(seconds)}.`,
  'lockedOut.over': 'يمكنك الآن إدخال رمز.',

  'approved.finishingTitle': 'تم التحقق',
  'approved.finishingText': 'جارٍ تسجيل دخولك…',
  'approved.title': 'تم تسجيل دخولك',
  'approved.text': 'يمكنك المتابعة.',

  'denied.title': 'رُفض الطلب',
  'denied.text': 'رُفض الطلب على هاتفك. إذا كان ذلك خطأ، فأرسل طلبًا جديدًا.',
  'denied.retry': 'إرسال طلب جديد',
  'denied.report': 'لم أرفض هذا الطلب',
  'denied.reportedTitle': 'شكرًا على إبلاغنا',
  'denied.reported': 'قد يكون شخص آخر يستخدم هاتفك. إذا لم يكن معك، فتواصل مع الدعم الآن.',

  'expired.title': 'انتهت صلاحية الطلب',
  'expired.text': 'لم تتم الموافقة في الوقت المحدد. تأكد من صحة الحساب، ثم أرسل طلبًا جديدًا.',
  'expired.retry': 'إرسال طلب جديد',

  'timedOut.title': 'هل ما زلت هنا؟',
  'timedOut.text': 'توقفت هذه الصفحة عن الانتظار، لكن الطلب ما زال مفتوحًا على هاتفك.',
  'timedOut.keepWaiting': 'متابعة الانتظار',

  'action.useCode': 'استخدام رمز المصادقة',
  'action.backToPush': 'العودة إلى الطلب',
  'action.pushInstead': 'استخدام الهاتف',
  'action.retry': 'إعادة المحاولة',
  'action.cancel': 'إلغاء',
  'action.back': 'رجوع',
  'action.close': 'إغلاق',
  'action.changeAccount': 'تغيير الحساب',
  'action.reload': 'إعادة تحميل الصفحة',
  'action.contactSupport': 'التواصل مع الدعم',
  'action.copyReference': 'نسخ المرجع',
  or: 'أو',

  'error.retryIn': (seconds) => `يمكنك إعادة المحاولة ${afterTime(seconds)}.`,
  'error.retryLater': 'أعد المحاولة بعد بضع دقائق.',
  'error.reference': 'المرجع',
  'error.referenceText': 'سيطلب منك الدعم هذا المرجع.',
  'error.referenceCopied': 'تم نسخ المرجع.',
  'error.offline.title': 'أنت غير متصل بالإنترنت',
  'error.offline.text': 'اتصل بالإنترنت، ثم أعد المحاولة.',
  'error.network.title': 'تعذّر الاتصال',
  'error.network.text': 'تحقق من اتصالك بالإنترنت، ثم أعد المحاولة.',
  'error.timeout.title': 'يستغرق الأمر وقتًا طويلًا',
  'error.timeout.text': 'لم نتلقَّ ردًا. أعد المحاولة.',
  'error.rateLimited.title': 'محاولات كثيرة',
  'error.rateLimited.text': 'لحماية هذا الحساب، نحدّ من عدد المحاولات.',
  'error.unavailable.title': 'غير متاح مؤقتًا',
  'error.unavailable.text': 'هناك مشكلة من جانبنا.',
  'error.badResponse.title': 'حدث خطأ ما',
  'error.badResponse.text': 'تلقينا ردًا غير متوقع. أعد المحاولة. إذا كنت تستخدم شبكة Wi-Fi عامة، فتأكد من اتصالها.',
  'error.unauthorized.title': 'هذا لا يعمل الآن',
  'error.unauthorized.text': 'هناك مشكلة من جانبنا، ولن تفيد إعادة المحاولة. تواصل مع الدعم.',
  'error.forbidden.title': 'لا يمكنك فعل هذا هنا',
  'error.forbidden.text': 'افتح هذه الصفحة من عنوانها المعتاد. إذا لم يفد ذلك، فتواصل مع الدعم.',
  'error.notFound.title': 'انتهى هذا الطلب',
  'error.notFound.text': 'أرسل طلبًا جديدًا للمتابعة.',
  'error.misconfigured.title': 'هذا لا يعمل الآن',
  'error.misconfigured.text': 'هناك مشكلة من جانبنا، ولن تفيد إعادة المحاولة. تواصل مع الدعم.',
  'error.refused.title': 'لم يُقبل الطلب',
  'error.refused.text': 'تأكد من الموافقة بالحساب الصحيح. إذا كان صحيحًا، فتواصل مع الدعم.',
  'error.inReview.title': 'نراجع هذا الطلب',
  'error.inReview.text': 'يمكنك المتابعة بعد انتهاء المراجعة. لا تحتاج إلى فعل أي شيء.',
  'error.sessionRefused.title': 'تعذّر تسجيل دخولك',
  'error.sessionRefused.text': 'تم التحقق منك، لكن حدث خطأ بعد ذلك. أعد المحاولة أو تواصل مع الدعم.',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'تعذّر إرسال الطلب',
  'error.unknownUser.text': 'تأكد من صحة الحساب، أو جرّب طريقة أخرى.',
  'error.noDevice.title': 'تعذّر إرسال الطلب',
  'error.noDevice.text': 'تأكد من صحة الحساب، أو جرّب طريقة أخرى.',
  'error.unknown.title': 'حدث خطأ ما',
  'error.unknown.text': 'أعد المحاولة. إذا تكرر ذلك، فتواصل مع الدعم.',

  'spoken.join': (parts) => joinSentences(parts),
};

/** The Arabic texts of approvals. */
export const arApproval: ApprovalMessages = {
  'approval.idle.title': 'الموافقة على هذا الطلب',
  'approval.idle.text': 'سنرسل طلبًا إلى هاتفك.',
  'approval.idle.start': 'إرسال الطلب',
  'approval.idle.after.otherTab': 'وافقت على هذا في علامة تبويب أخرى. أعد تحميل هذه الصفحة للمتابعة.',
  'approval.approved.finishingText': 'جارٍ الإكمال…',
  'approval.approved.title': 'تمت الموافقة على الطلب',
  'approval.denied.text': 'رُفض الطلب على هاتفك.',
  'approval.expired.text': 'لم تتم الموافقة في الوقت المحدد.',
  'approval.error.sessionRefused.title': 'تعذّر إكمال هذا',
  'approval.error.unauthorized.title': 'انتهت جلستك',
  'approval.error.unauthorized.text': 'أعد تحميل هذه الصفحة للمتابعة.',
  'approval.error.notFound.text': 'لم تعد الموافقة عليه ممكنة.',
  'approval.eyebrow': 'دفعة للموافقة',
  'approval.amount': (amount) => formatAmount('ar-u-nu-latn', amount),
  'approval.payee': (payee) => `إلى ${payee}`,
};

/** The Arabic texts of `<TotpSetup>`. */
export const arSetup: SetupMessages = {
  'setup.title': 'إعداد تطبيق المصادقة',
  'setup.text': 'امسح رمز QR هذا باستخدام تطبيق المصادقة.',
  'setup.loading': 'جارٍ تجهيز رمز QR…',
  'setup.qrCode': 'رمز QR لإعداد تطبيق المصادقة. يمكنك إدخال مفتاح الإعداد أدناه بدلًا منه.',
  'setup.openApp': 'الفتح في تطبيق على هذا الجهاز',
  'setup.secret': 'أو أدخل مفتاح الإعداد هذا',
  'setup.copySecret': 'نسخ مفتاح الإعداد',
  'setup.codeText': 'ثم أدخل الرمز الذي يعرضه التطبيق.',
  'setup.confirm': 'التحقق من الرمز',
  'setup.codeFault': 'تعذّر علينا التحقق من رمزك.',
  'setup.copied': 'تم النسخ',
  'setup.copyFailed': 'تعذّر النسخ. حدّد النص وانسخه بنفسك.',
  'setup.failedTitle': 'تعذّر بدء الإعداد',
  'setup.failedText': 'أعد المحاولة. إذا تكرر ذلك، فتواصل مع الدعم.',
  'setup.sessionEndedTitle': 'انتهت جلستك',
  'setup.sessionEndedText': 'سجّل الدخول مرة أخرى، ثم أعِدّ تطبيق المصادقة.',
  'setup.startOver': 'البدء من جديد',
  'setup.confirmed': 'تم إعداد تطبيق المصادقة',
  'setup.confirmedText': 'يمكنك استخدام رموزه من الآن فصاعدًا.',
  'setup.backupCodes': 'رموز احتياطية',
  'setup.backupText': 'استخدم واحدًا إذا فقدت هاتفك. يعمل كل منها مرة واحدة. احفظها الآن، فلن تراها مرة أخرى.',
  'setup.copyCodes': 'نسخ الرموز الاحتياطية',
  'setup.download': 'تنزيل',
  'setup.fileName': 'backup-codes.txt',
  'setup.print': 'طباعة',
  'setup.finish': 'حفظتُ رموزي الاحتياطية',
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

/** The Arabic texts of the inbox. */
export const arInbox: InboxMessages = {
  'inbox.title': 'طلباتك',
  'inbox.loading': 'جارٍ تحميل طلباتك…',
  'inbox.empty.title': 'لا توجد طلبات',
  'inbox.empty.text': 'ستظهر الطلبات الجديدة هنا.',
  'inbox.others': (count) => plural(count, OTHER_REQUESTS),
  'inbox.arrived': 'طلب جديد.',
  'inbox.quiet': (seconds) => `الإشعارات متوقفة مؤقتًا، وتعود ${afterTime(seconds)}.`,

  'inbox.signIn.eyebrow': 'طلب تسجيل الدخول',
  'inbox.signIn.title': (requester) => `تسجيل الدخول إلى \u2068${requester}\u2069؟`,
  'inbox.signIn.question': 'هل بدأت هذا بنفسك؟',
  'inbox.signIn.report': 'لم أبدأ هذا',
  'inbox.payment.eyebrow': 'الموافقة على دفعة',
  'inbox.payment.title': (requester) => `الدفع لدى \u2068${requester}\u2069؟`,
  'inbox.payment.question': 'هل تريد دفع هذا المبلغ؟',
  'inbox.payment.report': 'لا أعرف هذه الدفعة',
  'inbox.call.eyebrow': 'مكالمة هاتفية',
  'inbox.call.title': (requester) => `مكالمة مع \u2068${requester}\u2069`,
  'inbox.call.question': 'هل تتحدث معنا الآن؟',
  'inbox.call.report': 'لا أحد يتصل بي',
  'inbox.task.eyebrow': 'مهمة للموافقة',
  'inbox.task.title': (requester) => `مهمة من \u2068${requester}\u2069`,
  'inbox.task.question': 'هل يجب تنفيذ هذا؟',
  'inbox.task.report': 'لا أعرف هذه المهمة',
  'inbox.other.eyebrow': 'طلب جديد',
  'inbox.other.title': (requester) => `طلب من \u2068${requester}\u2069`,
  'inbox.other.question': 'هل بدأت هذا بنفسك؟',
  'inbox.other.report': 'لم أبدأ هذا',
  'inbox.device.eyebrow': 'هاتف جديد',
  'inbox.device.title': (requester) => `إضافة هاتف إلى \u2068${requester}\u2069؟`,
  'inbox.device.question': 'هل تضيف هاتفًا الآن؟',
  'inbox.device.report': 'هذا ليس هاتفي',

  'inbox.amount': (amount) => formatAmount('ar-u-nu-latn', amount),
  'inbox.payee': (payee) => `إلى \u2068${payee}\u2069`,
  'inbox.from': (requester) => `بحسب \u2068${requester}\u2069`,
  'inbox.text': 'وافق فقط إذا كان كل ما سبق صحيحًا.',
  'inbox.numberText': 'أدخل الرقم الظاهر على شاشتك الأخرى.',
  'inbox.deviceText': 'أدخل الرقم الظاهر على الهاتف الجديد.',
  'inbox.number': (digits) => `الرقم المكوّن ${ofDigits(digits)}`,
  'inbox.wrongNumber': 'هذا ليس الرقم الصحيح.',
  'inbox.dismissed': 'لم تتم الموافقة بعد. يمكنك الموافقة أو الرفض.',
  'inbox.passkeyRefused': 'تعذّر التحقق من مفتاح المرور. أعد المحاولة.',
  'inbox.fault': 'حدث خطأ ما. أعد المحاولة.',
  'inbox.approve': 'موافقة',
  'inbox.deny': 'رفض',
  'inbox.done': 'تم',
  'inbox.checking': 'جارٍ التحقق…',
  'inbox.verifying': 'افتح قفل هاتفك للموافقة.',
  'inbox.sending.title': 'جارٍ إرسال إجابتك…',
  'inbox.sending.text': 'أبقِ هذه الصفحة مفتوحة.',
  'inbox.failed.title': 'تعذّر إرسال إجابتك',
  'inbox.failed.text': 'تحقق من اتصالك بالإنترنت، ثم أعد المحاولة.',

  'inbox.approved.title': 'تمت الموافقة على الطلب',
  'inbox.approved.text': 'يمكنك المتابعة على الشاشة الأخرى.',
  'inbox.denied.title': 'رُفض الطلب',
  'inbox.denied.text': 'لا تحتاج إلى فعل أي شيء آخر.',
  'inbox.reported.title': 'شكرًا على إبلاغنا',
  'inbox.reported.text': 'رُفض الطلب.',
  'inbox.reported.late': 'كان الطلب قد انتهى. إذا تمت الموافقة عليه، فتواصل مع الدعم الآن.',
  'inbox.mismatched.title': 'رُفض الطلب',
  'inbox.mismatched.text': 'كان الرقم خاطئًا ثلاث مرات. إذا بدأت هذا بنفسك، فأرسل طلبًا جديدًا.',
  'inbox.elsewhere.title': 'تمت الإجابة',
  'inbox.elsewhere.text': 'أجبت عن هذا الطلب من هاتف آخر.',
  'inbox.cancelled.title': 'أُلغي الطلب',
  'inbox.cancelled.text': 'أُلغي الطلب على الشاشة الأخرى.',
  'inbox.expired.title': 'انتهت صلاحية الطلب',
  'inbox.expired.text': 'إذا بدأت هذا بنفسك، فأرسل طلبًا جديدًا.',
  'inbox.late.title': 'فات الأوان',
  'inbox.late.text': 'كان الطلب قد انتهى. لم تتم الموافقة على أي شيء.',
  'inbox.unsure.title': 'راجع الشاشة الأخرى',
  'inbox.unsure.text': 'لا نعرف هل وصلت إجابتك. تعرض الشاشة الأخرى ما حدث.',

  'inbox.setup.title': 'إضافة هذا الهاتف',
  'inbox.setup.text': 'أدخل رمز الدعوة الذي تلقيته.',
  'inbox.setup.code': 'رمز الدعوة',
  'inbox.setup.name': 'اسم هذا الهاتف',
  'inbox.setup.continue': 'متابعة',
  'inbox.setup.wrongCode': 'لم يعمل رمز الدعوة هذا. اطلب رمز دعوة جديدًا.',
  'inbox.setup.passkeyText': 'افتح قفل هاتفك لإنشاء مفتاح مرور. تحتاج إليه للموافقة على الطلبات.',
  'inbox.setup.passkey': 'إنشاء مفتاح مرور',
  'inbox.setup.dismissed': 'لم يُنشأ مفتاح مرور. يمكنك إعادة المحاولة.',
  'inbox.setup.fault': 'تعذّرت إضافة هذا الهاتف. أعد المحاولة.',
  'inbox.setup.otherPhone.title': 'تحقّق من هاتفك الآخر',
  'inbox.setup.otherPhone.text': 'أدخل هذا الرقم هناك، ثم وافق على الطلب.',
  'inbox.setup.added': 'أُضيف هذا الهاتف. يمكنك الموافقة على الطلبات منه.',
  'inbox.removed.title': 'أُزيل هذا الهاتف',
  'inbox.removed.text': 'لا يمكنه الموافقة على الطلبات. لإضافته مرة أخرى، اطلب دعوة جديدة.',
  'inbox.noPasskey.title': 'مفاتيح المرور لا تعمل هنا',
  'inbox.noPasskey.inAppBrowser': 'افتح هذه الصفحة في متصفحك.',
  'inbox.noPasskey.noScreenLock': 'أعِدّ قفل الشاشة على هاتفك، ثم أعد تحميل هذه الصفحة.',
  'inbox.noPasskey.unsupported': 'حدّث متصفحك، أو افتح هذه الصفحة في متصفح آخر.',
  'inbox.locked.title': 'فتح قفل طلباتك',
  'inbox.locked.text': 'استخدم مفتاح المرور لعرضها.',
  'inbox.locked.unlock': 'فتح القفل',

  'inbox.push.enable': 'تشغيل الإشعارات',
  'inbox.push.disable': 'إيقاف الإشعارات',
  'inbox.push.on': 'الإشعارات مفعّلة.',
  'inbox.push.off': 'الإشعارات متوقفة. أبقِ هذه الصفحة مفتوحة لرؤية الطلبات الجديدة.',
  'inbox.push.blocked': 'الإشعارات محظورة. اسمح بها في إعدادات متصفحك.',
  'inbox.push.homeScreenFirst': 'لتلقي الإشعارات، أضف هذه الصفحة إلى الشاشة الرئيسية.',
  'inbox.push.unsupported': 'لا يدعم هذا المتصفح الإشعارات. أبقِ هذه الصفحة مفتوحة لرؤية الطلبات الجديدة.',
  'inbox.push.request': 'طلب جديد. افتحه للإجابة.',
  'inbox.push.devices': 'تغيّرت هواتفك. افتح هذا للتحقق.',

  'inbox.devices.title': 'هواتفك',
  'inbox.devices.current': 'هذا الهاتف',
  'inbox.devices.lastUsed': (secondsAgo) => `آخر استخدام: ${relativeTime('ar-u-nu-latn', secondsAgo)}`,
  'inbox.devices.remove': 'إزالة',
  'inbox.devices.removeSpoken': (phone) => `إزالة \u2068${phone}\u2069`,
  'inbox.devices.confirm': (phone) => `إزالة \u2068${phone}\u2069؟ لن يمكنه بعد ذلك الموافقة على الطلبات.`,
  'inbox.devices.removed': (phone) => `أُزيل \u2068${phone}\u2069.`,
  'inbox.devices.fault': 'تعذّرت إزالة الهاتف. أعد المحاولة.',
  'inbox.signIn.only': 'تسجيل الدخول فقط حاليًا',

  'inbox.qrCode': 'رمز QR يفتح هذا الطلب على هاتفك.',
  'inbox.qrCodeText': 'أو امسح رمز QR هذا بهاتفك.',
};
