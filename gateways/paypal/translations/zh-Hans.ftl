### PayPal 支付方式的文字。

summary = 引导客户前往 PayPal 付款，按 PayPal 的确认入账。
help = 使用您的 PayPal 账户付款：您将前往 PayPal，完成后返回此处。

## 支付页面

page-cancelled = 您从 PayPal 返回时尚未付款，账户没有任何扣款。
page-expired = 在 PayPal 付款的时限已过，账户没有任何扣款，您可以重新开始。
page-button = 使用 PayPal 付款
page-next = 您将前往 PayPal 登录并确认付款，之后返回此处。

wait-approval = PayPal 正在等待您确认付款。
wait-paypal = PayPal 正在完成这笔付款。请稍后再来，或重新加载账单。
wait-closed = 这笔付款已关闭，不会再扣款。请打开账单查看待付金额。
nothing-left = 这笔付款已在 PayPal 完成，无需再做任何操作。

amount-currency = PayPal 不接受 { $currency }。请选择其他付款方式。
amount-decimals = PayPal 只接受整数金额的 { $currency }，而此金额含有小数。请选择其他付款方式。

## 付款等待的原因

pending-buyer-complaint = 由于有人就这笔付款提出了争议，PayPal 暂时扣留了款项。
pending-chargeback = 银行或发卡机构已收回这笔付款。
pending-echeck = 您正通过 PayPal 从银行账户付款，需要三到六个工作日。
pending-international-withdrawal = PayPal 正在等待收款方接受这笔付款。
pending-review = PayPal 正在审核这笔付款，通常不超过 24 小时。
pending-manual-action = PayPal 正在等待收款方接受这笔付款。
pending-refunded = PayPal 已退回款项。
pending-awaiting-funding = PayPal 正在等待您汇入的款项到账。
pending-unilateral = PayPal 正在等待收款方确认收款账户。
pending-verification = PayPal 正在等待收款方账户通过验证。
pending-other = PayPal 尚未完成这笔付款。

## 付款失败的原因

declined-capture = PayPal 未能完成这笔付款，没有扣款。请重试或选择其他付款方式。
declined-payer = PayPal 表示您无法使用此账户付款。请使用其他账户或其他付款方式。
declined-account = 您的 PayPal 账户受限或已关闭。请联系 PayPal 或选择其他付款方式。
declined-limit = 金额超出您 PayPal 账户的限额。请联系 PayPal 或选择其他付款方式。
declined-attempts = 尝试付款的次数过多。请选择其他付款方式。
declined-domestic = PayPal 只接受收款方所在国家或地区的账户支付这笔款项。请选择其他付款方式。
declined-other = PayPal 拒绝了这笔付款，且未说明原因。请选择其他付款方式。

## 退款

refund-pending = PayPal 正在处理退款。
refund-pending-echeck = 退款将退回付款人的银行账户，需要数个工作日。
refund-failed = PayPal 未能完成退款。
refund-done-before = 这笔付款此前已全额退款。
refund-too-late = 已超过期限：PayPal 仅在 180 天内办理退款。请用其他方式退还给客户。
refund-too-much = 金额超过这笔付款的剩余金额。请减少退款金额。
refund-too-little = 金额过低，PayPal 无法退款。
refund-no-funds = PayPal 账户余额不足。请充值后再退款。
refund-whole-only = 这笔付款只能全额退款。
refund-too-many = PayPal 不再接受这笔付款的退款。
refund-not-yet = 这笔付款在 PayPal 仍待处理。请在完成后再退款。
refund-disputed = 这笔付款有未结案的争议。请在 PayPal 的调解中心处理。
refund-own-account = 您的 PayPal 账户受限。请登录 PayPal 查看原因。
refund-payer-account = 付款人的 PayPal 账户已关闭或锁定。请用其他方式退还给客户。
refund-currency = 退款币种必须与付款币种相同。
refund-not-allowed = PayPal 不允许对这笔付款退款。

## 争议

dispute-not-received = 付款人称没有收到任何东西。
dispute-not-as-described = 付款人称与描述不符。
dispute-unauthorised = 付款人称这笔付款是他人所为。
dispute-credit = 付款人称没有收到退款。
dispute-duplicate = 付款人称重复付款。
dispute-amount = 付款人称金额有误。
dispute-paid-otherwise = 付款人称已用其他方式付款。
dispute-recurring = 付款人称已取消这笔定期付款。
dispute-remittance = 付款人称汇款存在问题。
dispute-other = 付款人要求退还款项。原因请见 PayPal 的调解中心。

## 配置

group-account = PayPal 账户
field-client-id = 客户端 ID
field-client-id-help = 来自 developer.paypal.com 的 REST 应用（Apps & Credentials）：正式收款用 Live，试用请用 Sandbox。
field-client-secret = 密钥
field-client-secret-help = 同一应用的密钥。加密保存，不再显示。
field-merchant = 商家 ID
field-merchant-help = 13 位字母和数字，在 PayPal 的账户设置“商家信息”中。付给其他账户的款项会暂停入账，由您查看。
field-brand-name = PayPal 页面上的名称
field-brand-name-help = 选填。留空时 PayPal 显示账户的商家名称。
field-currencies = 币种
field-currencies-help = 选填，例如 EUR, USD。留空时提供 PayPal 接受的所有币种，但不含仅限本国账户使用的 BRL、CNY 和 MYR。
field-webhook-id = Webhook ID
field-webhook-id-help = 由“设置 Webhook”填入。留空时不相信任何 Webhook，而是通过查询 PayPal 确认付款。
field-test-api = API 地址
field-test-api-help = 无需账户即可试用：本机上的 PayPal 替身，例如 http://127.0.0.1:8421。仅在测试模式下使用。

host-api = 创建、收取、查询和退还付款。
origin-pages = 引导客户前往 PayPal 确认付款。

note-live = 真实资金：PayPal 正式系统。
note-test = 测试模式：PayPal 沙盒，不涉及真实资金。
note-loopback = 测试模式：位于 { $address } 的 PayPal 替身，不涉及真实资金。
note-currencies = 适用币种：{ $currencies }。
note-connected = PayPal 接受该客户端 ID 和密钥。款项必须到达商家 { $merchant }。
note-webhook = Webhook 已登记为 { $url }。
note-webhook-part = Webhook 已登记，但缺少 { $count } 个所需事件。请按“设置 Webhook”。
note-webhook-unknown = PayPal 没有此 Webhook ID。请按“设置 Webhook”。
note-no-webhook = 尚未设置 Webhook：将通过查询 PayPal 确认付款，耗时较长。请按“设置 Webhook”。

webhook-found = PayPal 已有此 Webhook。
webhook-completed = PayPal 已有此 Webhook，并补上了 { $count } 个缺少的事件。
webhook-made = Webhook 已在 PayPal 登记。

error-missing = 请填写此项。
error-client-id = 客户端 ID 只含字母、数字、“-”和“_”。请从 developer.paypal.com 重新复制。
error-merchant = 商家 ID 为 13 个字符：不含 I 和 O 的大写字母，以及数字 2 至 9。它不是电子邮箱。
error-too-long = 请缩短到 { $max } 个字符以内。
error-one-line = 请写在一行内，不要使用制表符等控制字符。
error-webhook-id = Webhook ID 只含字母和数字，最多 50 个。请清空此项并按“设置 Webhook”。
error-test-api = 请填写本机地址，不含路径，例如 http://127.0.0.1:8421，或留空。
error-currency = PayPal 不接受“{ $currency }”。请填写 EUR 之类的代码，用逗号分隔。
error-currencies-none = 请至少填写一个代码，例如 EUR，或留空。
