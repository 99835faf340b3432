### PayPal ゲートウェイの文言。

summary = お客様を PayPal に案内して支払いを受け、PayPal が確認した金額を記帳します。
help = PayPal アカウントでお支払いいただけます。PayPal に移動し、完了後にこのページへ戻ります。

## 支払いページ

page-cancelled = お支払いをせずに PayPal から戻られました。引き落としは行われていません。
page-expired = PayPal でのお支払い期限が切れました。引き落としは行われていません。もう一度お手続きいただけます。
page-button = PayPal で支払う
page-next = PayPal に移動してログインし、内容を確認していただきます。その後、このページに戻ります。

wait-approval = PayPal でのお支払いの確認をお待ちしています。
wait-paypal = PayPal がお支払いを処理しています。しばらくしてから、もう一度開くか請求書を再読み込みしてください。
wait-closed = このお支払いは終了しており、これ以上の引き落としはありません。残額は請求書でご確認ください。
nothing-left = このお支払いは PayPal ですでに完了しています。お手続きは必要ありません。

amount-currency = PayPal では { $currency } をご利用いただけません。別のお支払い方法をお選びください。
amount-decimals = PayPal では { $currency } の小数を扱えませんが、この金額には小数が含まれています。別のお支払い方法をお選びください。

## 支払いが保留される理由

pending-buyer-complaint = この支払いについて問題が報告されたため、PayPal が保留しています。
pending-chargeback = 銀行またはカード会社がこの支払いを取り戻しました。
pending-echeck = PayPal を通じて銀行口座からお支払いいただいています。3～6 営業日かかります。
pending-international-withdrawal = 受取人がこの支払いを承認するのを PayPal が待っています。
pending-review = PayPal が支払いを審査しています。通常は 24 時間以内に終わります。
pending-manual-action = 受取人がこの支払いを承認するのを PayPal が待っています。
pending-refunded = PayPal が代金を返金しました。
pending-awaiting-funding = お客様が PayPal に送られた代金の到着を待っています。
pending-unilateral = 受取人が入金先のアカウントを確認するのを PayPal が待っています。
pending-verification = 受取人のアカウントの本人確認を PayPal が待っています。
pending-other = PayPal での支払いがまだ完了していません。

## 支払いが失敗した理由

declined-capture = PayPal で支払いが完了しませんでした。引き落としは行われていません。もう一度お試しいただくか、別のお支払い方法をお選びください。
declined-payer = このアカウントではお支払いいただけないと PayPal から回答がありました。別のアカウントか、別のお支払い方法をご利用ください。
declined-account = お客様の PayPal アカウントが制限されているか、閉鎖されています。PayPal にお問い合わせいただくか、別のお支払い方法をお選びください。
declined-limit = 金額がお客様の PayPal アカウントの上限を超えています。PayPal にお問い合わせいただくか、別のお支払い方法をお選びください。
declined-attempts = お支払いの試行回数が多すぎます。別のお支払い方法をお選びください。
declined-domestic = PayPal はこの支払いを受取人と同じ国のアカウントからのみ受け付けます。別のお支払い方法をお選びください。
declined-other = PayPal が支払いを拒否しました（理由は示されていません）。別のお支払い方法をお選びください。

## 返金

refund-pending = PayPal が返金を処理しています。
refund-pending-echeck = 支払人の銀行口座に返金されます。数営業日かかります。
refund-failed = PayPal で返金を完了できませんでした。
refund-done-before = この支払いはすでに全額返金されています。
refund-too-late = PayPal で返金できる期間（180 日）を過ぎています。別の方法で返金してください。
refund-too-much = 支払いの残額を超えています。より少ない金額を返金してください。
refund-too-little = 金額が少なすぎるため、PayPal では返金できません。
refund-no-funds = PayPal アカウントの残高が不足しています。入金してから、もう一度返金してください。
refund-whole-only = この支払いは全額でのみ返金できます。
refund-too-many = この支払いには、これ以上返金できません。
refund-not-yet = この支払いは PayPal で保留中です。完了してから返金してください。
refund-disputed = この支払いには未解決の問題があります。PayPal の問題解決センターで対応してください。
refund-own-account = お使いの PayPal アカウントが制限されています。PayPal にログインして理由をご確認ください。
refund-payer-account = 支払人の PayPal アカウントが閉鎖またはロックされています。別の方法で返金してください。
refund-currency = 返金は支払いと同じ通貨でなければなりません。
refund-not-allowed = この支払いは PayPal では返金できません。

## 異議申し立て

dispute-not-received = 支払人は、何も受け取っていないと申し立てています。
dispute-not-as-described = 支払人は、説明と異なると申し立てています。
dispute-unauthorised = 支払人は、他人がこの支払いを行ったと申し立てています。
dispute-credit = 支払人は、返金が届いていないと申し立てています。
dispute-duplicate = 支払人は、二重に支払ったと申し立てています。
dispute-amount = 支払人は、金額が間違っていると申し立てています。
dispute-paid-otherwise = 支払人は、別の方法で支払い済みだと申し立てています。
dispute-recurring = 支払人は、この定期支払いを解約したと申し立てています。
dispute-remittance = 支払人は、送金に問題があると申し立てています。
dispute-other = 支払人が返金を求めています。理由は PayPal の問題解決センターでご確認ください。

## 設定

group-account = PayPal アカウント
field-client-id = クライアント ID
field-client-id-help = developer.paypal.com の「Apps & Credentials」にある REST アプリの ID。本番には Live、試用には Sandbox のものを入力します。
field-client-secret = シークレット
field-client-secret-help = 同じアプリのもの。暗号化して保存し、再表示はしません。
field-merchant = マーチャント ID
field-merchant-help = 13 文字の英数字。PayPal のアカウント設定「ビジネス情報」にあります。別のアカウントへの支払いは保留され、確認をお願いします。
field-brand-name = PayPal のページに表示する名前
field-brand-name-help = 任意。空欄の場合は、PayPal アカウントの事業者名が表示されます。
field-currencies = 通貨
field-currencies-help = 任意。例: EUR, USD。空欄の場合は、PayPal が扱う全通貨で利用できます。ただし BRL、CNY、MYR は自国のアカウント専用のため除きます。
field-webhook-id = Webhook ID
field-webhook-id-help = 「Webhook を設定」を押すと入力されます。空欄の場合、Webhook は一切信用せず、PayPal への問い合わせで支払いを確認します。
field-test-api = API アドレス
field-test-api-help = アカウントなしで試すための、このマシン上の PayPal の代役。例: http://127.0.0.1:8421。テストモードでのみ使われます。

host-api = 支払いの作成、回収、確認、返金を行います。
origin-pages = 支払いの確認のため、お客様を PayPal に案内します。

note-live = 実際の代金を扱います（PayPal の本番環境）。
note-test = テストモード（PayPal のサンドボックス）。実際の代金は動きません。
note-loopback = テストモード（{ $address } にある PayPal の代役）。実際の代金は動きません。
note-currencies = 利用できる通貨: { $currencies }。
note-connected = PayPal がクライアント ID とシークレットを承認しました。支払いはマーチャント { $merchant } に届く必要があります。
note-webhook = Webhook は { $url } に登録されています。
note-webhook-part = Webhook は登録されていますが、必要なイベントのうち { $count } 件が含まれていません。「Webhook を設定」を押してください。
note-webhook-unknown = PayPal にこの Webhook ID は登録されていません。「Webhook を設定」を押してください。
note-no-webhook = Webhook が設定されていないため、PayPal への問い合わせで支払いを確認します（時間がかかります）。「Webhook を設定」を押してください。

webhook-found = この Webhook はすでに PayPal に登録されています。
webhook-completed = この Webhook はすでに PayPal に登録されていました。不足していた { $count } 件のイベントを追加しました。
webhook-made = Webhook を PayPal に登録しました。

error-missing = 入力してください。
error-client-id = クライアント ID に使えるのは英数字と「-」「_」だけです。developer.paypal.com からもう一度コピーしてください。
error-merchant = マーチャント ID は 13 文字です（I と O を除く英大文字と、2～9 の数字）。メールアドレスではありません。
error-too-long = { $max } 文字以内に短くしてください。
error-one-line = タブなどの制御文字を使わず、1 行で入力してください。
error-webhook-id = Webhook ID は 50 文字以内の英数字です。この欄を空にして「Webhook を設定」を押してください。
error-test-api = このマシン上のアドレスをパスなしで入力してください（例: http://127.0.0.1:8421）。不要なら空欄にしてください。
error-currency = PayPal は「{ $currency }」を扱っていません。EUR のようなコードをカンマ区切りで入力してください。
error-currencies-none = EUR のようなコードを 1 つ以上入力するか、空欄にしてください。
