import type { Messages, SessionsMessages, SetupMessages } from '../contract/messages.js';
import { dateAndTime, relativeTime } from '../contract/relative-time.js';

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds}秒`;
  return `${Math.floor(seconds / 60)}分${String(seconds % 60).padStart(2, '0')}秒`;
}

/** The Japanese texts. */
export const ja: Messages = {
  'idle.title': 'サインイン',
  'idle.text': 'お使いのスマートフォンでサインインを承認します。パスワードは必要ありません。',
  'idle.start': 'サインイン',
  'idle.useCode': 'コードでサインイン',
  'idle.after.cancel':
    'サインインをキャンセルしました。スマートフォンにリクエストが残っていることがあります。拒否するか、そのまま無視してください。',
  'idle.after.otherTab': '別のタブでサインインしました。ここで続けるには、このページを再読み込みしてください。',

  'identifier.email': 'メールアドレス',
  'identifier.emailInvalid': 'メールアドレスを入力してください（例：name@example.com）。',
  'identifier.username': 'ユーザー名',
  'identifier.usernameInvalid': 'ユーザー名を入力してください。',
  'identifier.phone': '電話番号',
  'identifier.phoneInvalid': '国番号を含む電話番号を入力してください（例：+1 555 010 0123）。',

  'summary.account': 'アカウント',
  'summary.device': '送信先',
  'summary.transaction': '承認する内容',

  'pushing.title': 'リクエストを送信しています…',
  'pushing.text': 'スマートフォンをお手元にご用意ください。',

  'polling.title': 'スマートフォンを確認してください',
  'polling.text':
    'スマートフォンでサインインのリクエストを開き、承認してください。承認すると、このページは自動的に進みます。',
  'polling.displayCode': '照合コード',
  'polling.displayCodeText':
    'スマートフォンに同じコードが表示されている場合だけ承認してください。コードを選ぶよう求められたら、このコードを選んでください。',
  'polling.displayCodeSpoken': (characters) => `照合コードは ${characters} です。`,
  'polling.timeLeft': (seconds) => `残り${duration(seconds)}`,
  'polling.timeLeftSpoken': (seconds) => `承認できる時間は、残り${seconds}秒です。`,
  'polling.timeLeftLabel': '承認できる残り時間',
  'polling.reconnecting': '再接続しています… リクエストは有効です。',
  'polling.offline': 'オフラインです。接続が戻りしだい再開します。',
  'polling.reconnected': '接続が回復しました。',
  'polling.resend': '再送信',
  'polling.resendIn': (seconds) => `${duration(seconds)}後に再送信できます`,
  'polling.resendFailed':
    '新しいリクエストを送信できませんでした。スマートフォンに届いているリクエストは、まだ有効です。',
  'polling.resendLimit': 'このサインインでは、これ以上リクエストを送信できません。',
  'polling.openApp': 'アプリを開く',

  'lateHint.title': 'スマートフォンに何も表示されませんか？',
  'lateHint.openApp': '認証アプリを開いてください。リクエストはそこに届いています。',
  'lateHint.notifications': 'アプリがインストールされ、通知が許可されているか確認してください。',
  'lateHint.online': 'スマートフォンがインターネットに接続されているか確認してください。',
  'lateHint.useCode': 'コードを使うこともできます。リクエストは必要ありません。',

  'totpEntry.title': 'コードを入力',
  'totpEntry.text': '認証アプリを開き、このアカウントに表示されているコードを入力してください。',
  'totpEntry.pushOpen': 'スマートフォンでリクエストを承認することもできます。',
  'totpEntry.label': (digits) => `${digits}桁のコード`,
  'totpEntry.hint': 'コードは30秒ごとに新しくなります。',
  'totpEntry.submit': 'コードを確認',
  'totpEntry.verifying': '確認しています…',
  'totpEntry.incomplete': (digits) => `コードを${digits}桁すべて入力してください。`,
  'totpEntry.digitsOnly': 'コードに使えるのは数字だけです。',
  'totpEntry.wrong': 'コードが正しくありません。',
  'totpEntry.wrongAgain':
    '次のコードが表示されるまで待ち、アプリで選んだアカウントが正しいか確認してください。スマートフォンの時刻は自動設定にしてください。',
  'totpEntry.attemptsLeft': (attempts) => `あと${attempts}回試せます。`,
  'totpEntry.fault': 'コードを確認できませんでした。試せる回数は減っていません。',

  'lockedOut.title': 'コードを間違えた回数が多すぎます',
  'lockedOut.text': 'アカウントを保護するため、しばらくの間コードを受け付けません。',
  'lockedOut.retryIn': (seconds) => `${duration(seconds)}後に、もう一度コードを入力できます。`,
  'lockedOut.over': 'もう一度コードを入力できます。',

  'approved.finishingTitle': '承認されました',
  'approved.finishingText': 'サインインを完了しています…',
  'approved.title': 'サインインしました',
  'approved.text': 'サインインが承認されました。',

  'denied.title': 'サインインは拒否されました',
  'denied.text': 'スマートフォンでリクエストが拒否されたため、サインインは行われませんでした。',
  'denied.report': '心当たりがありません',
  'denied.reported': 'ご連絡ありがとうございます。心当たりのないリクエストがまた届いた場合は、拒否してください。',

  'expired.title': 'リクエストの有効期限が切れました',
  'expired.text':
    '時間内に承認されませんでした。スマートフォンをお手元にご用意のうえ、新しいリクエストを送信してください。',
  'expired.retry': '新しいリクエストを送信',

  'timedOut.title': 'まだこちらにいらっしゃいますか？',
  'timedOut.text':
    '待機を一時停止しました。スマートフォンのリクエストはまだ有効です。このまま待ち続けることができます。',
  'timedOut.keepWaiting': '待ち続ける',

  'action.useCode': '代わりにコードを使う',
  'action.backToPush': 'スマートフォンのリクエストに戻る',
  'action.pushInstead': '代わりにスマートフォンで承認する',
  'action.retry': 'もう一度試す',
  'action.cancel': 'キャンセル',
  'action.back': '戻る',
  'action.close': '閉じる',

  'error.offline.title': 'オフラインです',
  'error.offline.text': '接続を確認してから、もう一度お試しください。',
  'error.network.title': '接続できませんでした',
  'error.network.text': '接続を確認してから、もう一度お試しください。',
  'error.timeout.title': '時間がかかりすぎています',
  'error.timeout.text':
    'サインインサービスから時間内に応答がありませんでした。しばらくしてから、もう一度お試しください。',
  'error.rateLimited.title': 'リクエストが多すぎます',
  'error.rateLimited.text': '1分ほど待ってから、もう一度お試しください。',
  'error.unavailable.title': '現在サインインできません',
  'error.unavailable.text': 'サインインサービスで問題が発生しています。数分後に、もう一度お試しください。',
  'error.badResponse.title': '問題が発生しました',
  'error.badResponse.text': 'サインインサービスからの応答を読み取れませんでした。数分後に、もう一度お試しください。',
  'error.unauthorized.title': '現在サインインできません',
  'error.unauthorized.text':
    'このアプリはサインインサービスに接続できませんでした。アプリのサポートにお知らせください。',
  'error.forbidden.title': 'ここではサインインできません',
  'error.forbidden.text': 'このサインインは許可されていません。アプリのサポートにお問い合わせください。',
  'error.notFound.title': 'このサインインは終了しました',
  'error.notFound.text': 'リクエストはもう存在しません。最初からやり直してください。',
  'error.misconfigured.title': 'サインインの設定が正しくありません',
  'error.misconfigured.text': 'お客様の操作では解決できません。アプリのサポートにお知らせください。',
  'error.refused.title': 'サインインは受け付けられませんでした',
  'error.refused.text': '最初からやり直してください。同じことが続く場合は、アプリのサポートにお問い合わせください。',
  'error.inReview.title': 'サインインを審査しています',
  'error.inReview.text': '審査が終わると、サインインできるようになります。ここでお待ちいただく必要はありません。',
  'error.sessionRefused.title': 'サインインを完了できませんでした',
  'error.sessionRefused.text':
    '承認は届きましたが、アプリでサインインの処理ができませんでした。最初からやり直してください。',
  // The next two are identical, so that they don't reveal whether an account exists.
  'error.unknownUser.title': 'リクエストを送信できませんでした',
  'error.unknownUser.text': '入力内容を確認するか、コードを使用してください。',
  'error.noDevice.title': 'リクエストを送信できませんでした',
  'error.noDevice.text': '入力内容を確認するか、コードを使用してください。',
  'error.unknown.title': '問題が発生しました',
  'error.unknown.text': 'もう一度お試しください。同じことが続く場合は、アプリのサポートにお問い合わせください。',
};

/** The Japanese texts of `<TotpSetup>`. */
export const jaSetup: SetupMessages = {
  'setup.title': '認証アプリを設定',
  'setup.text': 'スマートフォンの認証アプリで、このコードを読み取ってください。',
  'setup.loading': 'お待ちください…',
  'setup.qrCode': '認証アプリ用のQRコードです。下のキーでも同じように設定できます。',
  'setup.openApp': 'このデバイスの認証アプリで開く',
  'setup.secret': 'または、このキーを手で入力してください',
  'setup.copySecret': 'キーをコピー',
  'setup.codeText': '次に、アプリに表示されたコードを入力してください。',
  'setup.confirm': '確認',
  'setup.copied': 'コピーしました。',
  'setup.copyFailed': 'ブラウザーがコピーを許可しませんでした。テキストを選択して、ご自身でコピーしてください。',
  'setup.confirmed': '認証アプリを設定しました',
  'setup.confirmedText': '今後は、このアプリのコードでサインインできます。',
  'setup.backupCodes': 'バックアップコード',
  'setup.backupText':
    'スマートフォンをなくしたときに、それぞれ1回だけサインインに使えます。表示されるのは今だけですので、安全な場所に保管してください。',
  'setup.copyCodes': 'コードをコピー',
  'setup.download': 'ダウンロード',
  'setup.fileName': 'backup-codes.txt',
  'setup.print': '印刷',
  'setup.finish': '保管しました',
};

/** The Japanese texts of `<CibaSessions>`. */
export const jaSessions: SessionsMessages = {
  'sessions.title': 'サインイン中のデバイス',
  'sessions.loading': 'お待ちください…',
  'sessions.current': 'このデバイス',
  'sessions.device': (browser, system) => `${system} の ${browser}`,
  'sessions.unknownDevice': '不明なデバイス',
  'sessions.lastUsed': (secondsAgo) => `最終利用：${relativeTime('ja', secondsAgo)}`,
  'sessions.signedInAt': (time) => `サインイン：${dateAndTime('ja', time)}`,
  'sessions.push': 'スマートフォンで承認',
  'sessions.code': '認証コードでサインイン',
  'sessions.end': 'サインアウト',
  'sessions.endSpoken': (device) => `${device}からサインアウト`,
  'sessions.ended': (device) => `${device}からサインアウトしました。`,
  'sessions.endOthers': 'ほかのすべてのデバイスからサインアウト',
  'sessions.confirm': (devices) => `ほかの ${devices} 台のデバイスからサインアウトしますか？`,
  'sessions.othersEnded': 'ほかのすべてのデバイスからサインアウトしました。',
  'sessions.noOthers': 'ほかのデバイスではサインインしていません。',
};
