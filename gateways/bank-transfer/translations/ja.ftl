### 銀行振込の文言

summary = 振込先の口座、金額、参照番号、読み取り用コードをお客様に表示します。入金は担当者が記録します。
help = 銀行口座からお振り込みください。振込内容をコピーできます。対応する銀行アプリではコードの読み取りも可能です。

## お支払いページ

pay-lead = 銀行アプリまたは銀行の窓口・ATMで、次の内容をお振り込みください。
pay-details-title = 振込内容
pay-scan-title = またはコードを読み取る
pay-next-title = お振り込み後の流れ
pay-close = このページは閉じてかまいません。ここでのお手続きは以上です。

row-amount = 金額
row-amount-left = 残りの振込金額
row-holder = 口座名義
row-iban = IBAN
row-bic = BIC(SWIFTコード)
row-bank = 銀行名
row-reference = 参照番号
row-address = 口座名義人の住所

code-epc = 銀行アプリで読み取ると、このユーロ建て振込の内容が入力されます(EPC QRコード)。
code-swiss = スイスの銀行アプリで読み取ると、この振込の内容が入力されます(スイスQRコード)。

note-reference-only = 振込時の通信欄には、この参照番号だけを表示のとおりにご記入ください。どの請求書へのお支払いかを確認するために使用します。
note-part-received = { $asked } のうち { $received } を受領済みです。上の金額は残額です。
note-same-day = 振込は通常、当日の営業時間内に着金します。
note-one-day = 振込には通常1営業日かかります。
note-one-day-at-most = 振込は通常1営業日以内に着金します。
note-days = 振込には通常{ $days }営業日かかります。
note-days-at-most = 振込は通常{ $most }営業日以内に着金します。
note-days-between = 振込には通常{ $least }~{ $most }営業日かかります。
note-what-next = 当社口座への入金を確認しだい記帳します。請求書は支払い済みとなり、資金を追加された場合はアカウントクレジットに反映されます。
nothing-left = このお支払いの全額を受領しました。これ以上のお振り込みは必要ありません。

## 設定フォーム

group-accounts = 銀行口座
group-accounts-help = 取り扱う通貨ごとに口座を1つ登録します。お客様には登録済みの通貨でのみ銀行振込が表示されます。

field-currency = 通貨
field-holder = 口座名義
field-holder-help = 銀行に登録されている名義を70文字以内で入力します。銀行で口座と照合されます。
field-iban = IBAN
field-iban-help = IBANのない口座では空欄にし、国内振込の情報を入力してください。
field-bic = BIC(SWIFTコード)
field-bic-help = 欧州経済領域外の口座でユーロを受け取る場合と、口座所在国の通貨以外を受け取る場合に必要です。
field-bank = 銀行名
field-details = 国内振込の情報
field-details-help = 1行に1項目、コロンの前に項目名を書きます(例:「支店名: 本店」)。入力したとおりにお客様に表示されます。10行まで。
field-codes = 読み取り用コード
field-codes-help = EPCコードはSEPA参加国のユーロ口座用、スイスコードはスイスとリヒテンシュタインの口座用です。
choice-codes-automatic = 口座で使えるすべてのコード
choice-codes-epc = EPCコードのみ
choice-codes-swiss = スイスコードのみ
choice-codes-none = コードなし
field-street = 口座名義人の通り名
field-street-help = スイスコードには名義人の郵便番号、市区町村、国が必要です。入力した住所はお客様にも表示されます。
field-house-number = 番地
field-postcode = 郵便番号
field-town = 市区町村
field-country = 国
field-country-help = 大文字2文字の国コード(例:CH)。

group-terms = お客様への案内
field-days-least = 振込にかかる最短の営業日数
field-days-least-help = お客様の振込手続きから記帳までの日数です。0は当日です。
field-days-most = 振込にかかる最長の営業日数
field-note = お客様へのメモ
field-note-help = 任意。振込内容の下と請求書に表示されます。

note-account-iban = { $currency }: { $iban }。読み取り用コードはありません。
note-account-epc = { $currency }: { $iban }。EPCコードを読み取れます。
note-account-swiss = { $currency }: { $iban }。スイスコードを読み取れます。
note-account-domestic = { $currency }: 国内振込の情報({ $lines }行)。読み取り用コードはありません。
note-account-both = { $currency }: { $iban }。EPCコードまたはスイスコードを読み取れます。

## 設定の誤り

error-accounts-none = 銀行口座を1つ以上追加してください。
error-accounts-many = 口座は{ $max }件以内にしてください。
error-currency-missing = 口座の通貨を選択してください。
error-currency-unknown = 一覧から通貨を選択してください。
error-currency-twice = { $currency } の口座はすでに上にあります。1つの通貨につき口座は1つにしてください。
error-holder-missing = 口座名義を入力してください。
error-holder-bytes = この名義はEPCコードには長すぎます。短くするか、EPCコードを表示しないようにしてください。
error-one-line = タブなどの制御文字を使わず、1行で入力してください。
error-too-long = { $max }文字以内で入力してください。
error-iban-or-details = IBANを入力してください。IBANのない口座では国内振込の情報を入力してください。
error-iban-character = IBANに使えるのは英数字だけです。「{ $character }」を削除してください。
error-iban-beginning = IBANは国を表す英字2文字と数字2桁で始まります(例:DE89)。
error-iban-country = { $country } はIBANを使う国ではありません。最初の2文字を確認するか、国内振込の情報を入力してください。
error-iban-length = { $country } のIBANは{ $expected }文字ですが、入力されたものは{ $found }文字です。銀行の書類と照合してください。
error-iban-structure = { $country } のIBANの形式と異なります。数字の位置に英字があるか、英字の位置に数字があります。
error-iban-check-digits = チェックディジットが一致しません。文字の誤りか入れ替わりがあります。銀行の書類と照合してください。
error-bic-character = BICに使えるのは英数字だけです。「{ $character }」を削除してください。
error-bic-length = BICは8文字または11文字ですが、入力されたものは{ $found }文字です。
error-bic-country = BICの5文字目と6文字目は国を表す英字です(例:COBADEFFのDE)。
error-bic-missing = BICを入力してください。{ $country } の口座へ { $currency } で振り込むには必要です。
error-bic-elsewhere = このBICは { $bic-country } の銀行のものですが、IBANは { $iban-country } のものです。どちらかを修正してください。
error-details-label = { $line }行目に項目名がありません。コロンの前に書いてください(例:「支店名: 本店」)。
error-details-value = { $line }行目のコロンの後に何もありません。
error-details-long = { $line }行目が長すぎます。項目名は{ $label }文字以内、その内容は{ $value }文字以内にしてください。
error-details-many = { $max }行以内で入力してください。
error-codes-unknown = 一覧から選択してください。
error-codes-epc = EPCコードは、SEPA参加国の通常のIBANを持つユーロ口座用です。別のコードまたは「コードなし」を選択してください。
error-codes-swiss = スイスコードは、スイスまたはリヒテンシュタインのIBANを持つフランまたはユーロの口座用です。別のコードまたは「コードなし」を選択してください。
error-swiss-missing = スイスコードに必要な項目です。入力するか、スイスコードを表示しないようにしてください。
error-swiss-character = スイスコードには「{ $character }」を使えません。ラテン文字を使うか、スイスコードを表示しないようにしてください。
error-address-long = 住所が長すぎて1行に表示できません。短くしてください。
error-country = 国は大文字2文字で入力してください(例:CH)。
error-days = 0から{ $max }までの整数を入力してください。
error-days-order = 最短の日数より少なくなっています。同じか、より大きい数を入力してください。
error-note-long = メモを短くしてください。上限は{ $max }バイト(日本語で約330文字)です。
