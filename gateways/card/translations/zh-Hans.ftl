### 银行卡网关的文字。

summary = 通过 Stripe 接受银行卡付款，支持 3-D 安全验证、保存银行卡、退款和拒付。银行卡信息从不到达本系统。
help = 用信用卡或借记卡付款，立即入账。

## 页面

pay-button = 支付 { $amount }
save-label = 保存此卡，供以后付款使用
save-hint = 您同意我们从此卡收取以后的账单，包括您不在线操作时。银行卡由 Stripe 保管，您可以随时移除。
card-note = 您的银行卡信息直接发送给收款的 Stripe，我们看不到。
unreachable = 无法连接 Stripe。请检查网络后重试。绝不会重复扣款。
other-card = 或使用另一张卡付款
approve-title = 您的银行要求您批准这笔付款
approve-lead = 我们尝试从 { $card } 扣款，您的银行要求您批准。目前尚未扣款。
approve-button = 批准 { $amount }
authenticate-title = 请在银行批准这笔付款
authenticate-lead = 您的银行要确认是您本人支付 { $amount }。请按照提示操作，在此之前不会扣款。
continue-button = 继续
resend-lead = 请稍候：正在准备您的付款。

## 付款未完成的原因与处理办法

decline-bank = 您的银行没有批准这笔付款。请使用另一张卡，或向银行询问原因。
decline-funds = 此卡的余额或限额不足。请使用另一张卡，或在银行提高限额。
decline-expired = 此卡已过期。请使用另一张卡。
decline-cvc = 安全码不正确。请核对卡上的安全码后重试。
decline-number = 卡号不正确。请核对后重试。
decline-expiry = 有效期不正确。请核对后重试。
decline-address = 地址或邮政编码与银行登记的不一致。请更正后重试。
decline-authentication = 您的银行无法确认是您本人。请重试并按照银行的提示操作，或使用另一张卡。
decline-not-supported = 此卡不能用于这笔付款。请使用另一张卡，或询问银行。
decline-try-again = 您的银行没有回应。请几分钟后重试，或使用另一张卡。
decline-duplicate = 刚刚用此卡支付过相同金额。重试之前请先确认那笔付款是否已完成。
decline-test-card = 测试卡只能在测试模式下使用，真实的卡只能在测试模式之外使用。请使用另一张卡。
form-again = 时间过长，或提交了两次。没有扣款。请重新输入银行卡。
saved-card-gone = 这张已保存的卡已不存在。请使用另一张卡付款。
cancelled-start-again = 这笔付款已取消。请从账单重新开始。
nothing-left = 这笔付款已完成，没有剩余金额。
nothing-taken = 没有扣款。您可以重试。
paid-already = 已从您的卡扣款，正在入账，您无需再做任何操作。
waiting-processing = Stripe 正在处理您的付款。您无需操作。
waiting-authentication = 您的银行要求您批准这笔付款。请重新打开付款页面。

amount-none = 没有需要用卡支付的金额。
amount-too-small = 用卡付款至少 { $minimum }。请选择其他付款方式。
amount-too-large = 用卡付款至多 { $maximum }。请选择其他付款方式。
amount-too-exact = 用卡付款的金额必须是 { $step } 的倍数。请选择其他付款方式。
amount-below-minimum = 金额太小，不能用卡付款。请选择其他付款方式。
amount-above-maximum = 金额太大，不能用卡付款。请选择其他付款方式。

refund-pending = 退款正在进行中。
refund-requires-action = 退款正在等待付款人操作，Stripe 已通知付款人。
refund-failed = 退款未成功。
disputed = 持卡人的银行给出的原因（Stripe 用语）：{ $reason }。案件可在 Stripe 管理平台查看。

## 设置表单

group-account = Stripe 账户
field-publishable-key = 公开密钥
field-publishable-key-help = 在 Stripe 管理平台的开发者、API 密钥中。以 pk_live_ 开头，测试模式以 pk_test_ 开头。
field-secret-key = 私密密钥
field-secret-key-help = 在同一页面：sk_，或权限较少的 rk_。加密保存，不再显示。
field-merchant = 账户 ID
field-merchant-help = 以 acct_ 开头，可在 Stripe 管理平台的“设置”中的账户详情里找到。密钥属于其他账户时，“测试连接”会告知。付给其他账户的款项会被搁置。

group-webhook = Webhook
field-webhook-secret = 签名密钥
field-webhook-secret-help = 以 whsec_ 开头。“设置 Webhook”会自动填写。
field-webhook-secret-next = 第二个签名密钥
field-webhook-secret-next-help = 更换密钥期间两个都有效。完成后请清空。
field-webhook-id = Webhook 在 Stripe 的 ID
field-webhook-id-help = “设置 Webhook”会自动填写。

group-options = 选项
field-save-cards = 客户可以保存银行卡
field-save-cards-help = 页面会征求同意，客户可以在门户中移除。
field-ask-fee = 查询手续费
field-ask-fee-help = 收到付款成功的 Webhook 时向 Stripe 查询手续费。Webhook 的处理会稍慢一些。
field-test-api = API 地址
field-test-api-help = 仅限测试模式，用于在没有账户时试用，例如 http://127.0.0.1:8422。Stripe.js 也从那里加载。

host-api = 创建、查询付款并退款。
origin-js = Stripe 的银行卡表单。
origin-hooks = 银行的 3-D 安全验证页面。
origin-api = Stripe 的表单把银行卡发送给 Stripe。

note-account = Stripe 以 { $account } 回应。
note-charges-disabled = 此账户还不能收款。Stripe 管理平台会说明缺少什么。
note-no-webhook = 尚未设置 Webhook。付款仍会被找到，但较晚：请按“设置 Webhook”。
note-test-api = 请求发往 { $address }，而不是 Stripe。
note-webhook-made = 已在 Stripe 登记 Webhook，并保存了签名密钥。
note-webhook-found = Webhook 已在 Stripe 登记，予以保留。

## 设置中的错误

error-publishable-key-missing = 请输入公开密钥。
error-publishable-key-is-secret = 这是私密密钥，应填入下面的字段。由于它已显示出来，请在 Stripe 新建一个。
error-publishable-key = 公开密钥以 { $beginning } 开头，只含字母和数字。
error-key-of-test = 这是测试模式的密钥。请输入正式密钥。
error-key-of-live = 这是正式密钥。测试模式下请输入测试密钥。
error-secret-key-missing = 请输入私密密钥。
error-secret-key-refused = Stripe 不接受此密钥。请重新复制，或新建一个。
error-secret-key-permission = 此受限密钥的权限不足。请允许读取账户和余额，并允许写入客户、Payment Intent、付款方式、退款和 Webhook 端点。
error-merchant-missing = 请输入账户 ID。
error-merchant = 账户 ID 以 acct_ 开头，只含字母和数字。
error-merchant-found = 此密钥属于 { $found }。如果要由该账户收款，请输入此 ID。
error-merchant-other = 此密钥属于 { $found }。请输入此 ID，或另一个账户的密钥。
error-webhook-secret-first = 请同时输入第一个签名密钥。
error-test-api = 请输入本机带端口的地址，例如 http://127.0.0.1:8422。
error-test-api-live = 仅限测试模式。请清空。
