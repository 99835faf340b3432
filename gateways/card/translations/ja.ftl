### カード決済ゲートウェイの文言。

summary = Stripe によるカード決済です。3-D セキュア、カードの保存、返金、チャージバックに対応します。カード情報がこのシステムに届くことはありません。
help = クレジットカードまたはデビットカードで支払います。すぐに記帳されます。

## ページ

pay-button = { $amount } を支払う
save-label = 今後の支払いのためにこのカードを保存する
save-hint = お客様の操作がない場合も含め、今後の請求書をこのカードに請求することに同意いただきます。カードは Stripe が保管し、いつでも削除できます。
card-note = カード情報は決済を行う Stripe に直接送られます。当社が見ることはありません。
unreachable = Stripe に接続できませんでした。接続を確認して、もう一度お試しください。二重に請求されることはありません。
other-card = または別のカードで支払う
approve-title = カード会社がこの支払いの承認を求めています
approve-lead = { $card } に請求しようとしたところ、カード会社が承認を求めています。まだ請求されていません。
approve-button = { $amount } を承認する
authenticate-title = カード会社で支払いを承認してください
authenticate-lead = { $amount } をお支払いになるのがご本人であることを、カード会社が確認します。案内に従ってください。承認するまで請求されません。
continue-button = 続ける
resend-lead = お待ちください。支払いを準備しています。

## 支払いが完了しない理由と対処

decline-bank = カード会社がこの支払いを承認しませんでした。別のカードを使うか、カード会社にお問い合わせください。
decline-funds = このカードの残高または利用限度額が足りません。別のカードを使うか、カード会社で限度額を上げてください。
decline-expired = このカードは有効期限が切れています。別のカードをお使いください。
decline-cvc = セキュリティコードが正しくありません。カードのコードを確認して、もう一度お試しください。
decline-number = カード番号が正しくありません。確認して、もう一度お試しください。
decline-expiry = 有効期限が正しくありません。確認して、もう一度お試しください。
decline-address = 住所または郵便番号がカード会社の登録と違います。訂正して、もう一度お試しください。
decline-authentication = カード会社がご本人であることを確認できませんでした。もう一度試してカード会社の案内に従うか、別のカードをお使いください。
decline-not-supported = このカードはこの支払いに使えません。別のカードを使うか、カード会社にお問い合わせください。
decline-try-again = カード会社から応答がありませんでした。数分後にもう一度試すか、別のカードをお使いください。
decline-duplicate = 直前に同じ金額がこのカードで支払われています。もう一度試す前に、その支払いが完了していないか確認してください。
decline-test-card = テストカードはテストモードでのみ、実際のカードはそれ以外でのみ使えます。別のカードをお使いください。
form-again = 時間がかかりすぎたか、二度送信されました。請求はされていません。カードをもう一度入力してください。
saved-card-gone = この保存済みカードはもうありません。別のカードでお支払いください。
cancelled-start-again = この支払いは取り消されました。請求書から新しく始めてください。
nothing-left = この支払いは完了しています。残りはありません。
nothing-taken = 請求はされていません。もう一度お試しいただけます。
paid-already = カードへの請求が完了しました。記帳中ですので、操作は必要ありません。
waiting-processing = Stripe が支払いを処理しています。操作は必要ありません。
waiting-authentication = カード会社がこの支払いの承認を求めています。支払いページをもう一度開いてください。

amount-none = カードで支払う金額がありません。
amount-too-small = カードで支払えるのは { $minimum } からです。別の支払い方法を選んでください。
amount-too-large = カードで支払えるのは { $maximum } までです。別の支払い方法を選んでください。
amount-too-exact = カードで支払えるのは { $step } 単位の金額だけです。別の支払い方法を選んでください。
amount-below-minimum = この金額はカードで支払うには少なすぎます。別の支払い方法を選んでください。
amount-above-maximum = この金額はカードで支払うには多すぎます。別の支払い方法を選んでください。

refund-pending = 返金の手続き中です。
refund-requires-action = 返金は、Stripe が連絡した支払者の操作を待っています。
refund-failed = 返金できませんでした。
disputed = カード会社が挙げた理由（Stripe の表記）: { $reason }。案件は Stripe のダッシュボードにあります。

## 設定フォーム

group-account = Stripe アカウント
field-publishable-key = 公開可能キー
field-publishable-key-help = Stripe ダッシュボードの開発者、API キーにあります。pk_live_、テストモードでは pk_test_ で始まります。
field-secret-key = シークレットキー
field-secret-key-help = 同じページにあります。sk_、または権限を絞った rk_ です。暗号化して保存され、二度と表示されません。
field-merchant = アカウント ID
field-merchant-help = acct_ で始まり、Stripe のダッシュボードの「設定」にあるアカウントの詳細に表示されます。キーが別のアカウントのものであれば「接続をテスト」が知らせます。他のアカウントへの支払いは保留されます。

group-webhook = Webhook
field-webhook-secret = 署名シークレット
field-webhook-secret-help = whsec_ で始まります。「Webhook を設定」が入力します。
field-webhook-secret-next = 二つ目の署名シークレット
field-webhook-secret-next-help = シークレットを入れ替える間は両方を受け入れます。終わったら空にしてください。
field-webhook-id = Stripe での Webhook の ID
field-webhook-id-help = 「Webhook を設定」が入力します。

group-options = オプション
field-save-cards = 顧客がカードを保存できる
field-save-cards-help = ページで同意を求め、顧客はポータルで削除できます。
field-ask-fee = 手数料を問い合わせる
field-ask-fee-help = 支払い完了の Webhook を受けたとき、Stripe に手数料を問い合わせます。Webhook の処理が少し長くなります。
field-test-api = API アドレス
field-test-api-help = テストモード専用。アカウントなしで試すためのものです。例: http://127.0.0.1:8422。Stripe.js もここから読み込みます。

host-api = 支払いの作成、確認、返金を行います。
origin-js = Stripe のカード入力フォーム。
origin-hooks = 3-D セキュアのカード会社のページ。
origin-api = Stripe のフォームがカードを Stripe に送ります。

note-account = Stripe は { $account } として応答しました。
note-charges-disabled = このアカウントはまだ支払いを受けられません。不足しているものは Stripe のダッシュボードで確認できます。
note-no-webhook = Webhook が設定されていません。支払いは見つかりますが遅くなります。「Webhook を設定」を押してください。
note-test-api = 要求は Stripe ではなく { $address } に送られます。
note-webhook-made = Webhook を Stripe に登録し、署名シークレットを保存しました。
note-webhook-found = Webhook はすでに Stripe に登録されていたため、そのまま使います。

## 設定の誤り

error-publishable-key-missing = 公開可能キーを入力してください。
error-publishable-key-is-secret = これはシークレットキーです。下の欄に入力するものです。画面に表示されたため、Stripe で新しく作成してください。
error-publishable-key = 公開可能キーは { $beginning } で始まり、英数字だけでできています。
error-key-of-test = これはテストモードのキーです。本番のキーを入力してください。
error-key-of-live = これは本番のキーです。テストモードではテスト用のキーを入力してください。
error-secret-key-missing = シークレットキーを入力してください。
error-secret-key-refused = Stripe がこのキーを受け付けません。もう一度コピーするか、新しく作成してください。
error-secret-key-permission = この制限付きキーは権限が足りません。アカウントと残高の読み取り、顧客、Payment Intent、支払い方法、返金、Webhook エンドポイントの書き込みを許可してください。
error-merchant-missing = アカウント ID を入力してください。
error-merchant = アカウント ID は acct_ で始まり、英数字だけでできています。
error-merchant-found = このキーは { $found } のものです。このアカウントで受け取る場合は、この ID を入力してください。
error-merchant-other = このキーは { $found } のものです。この ID か、もう一方のアカウントのキーを入力してください。
error-webhook-secret-first = 一つ目の署名シークレットも入力してください。
error-test-api = http://127.0.0.1:8422 のように、このマシンのアドレスをポート付きで入力してください。
error-test-api-live = テストモード専用です。空にしてください。
