### 银行转账的文字

summary = 向客户显示转账账户、金额、附言编号和可扫描的二维码。到账由工作人员登记。
help = 从您的银行账户转账。可复制转账信息;若银行应用支持,还可扫描二维码。

## 付款页面

pay-lead = 请通过银行应用或到银行办理以下转账。
pay-details-title = 转账信息
pay-scan-title = 或扫描二维码
pay-next-title = 接下来
pay-close = 您可以关闭此页面,无需在此继续操作。

row-amount = 金额
row-amount-left = 剩余应转金额
row-holder = 收款人户名
row-iban = IBAN
row-bic = BIC(SWIFT 代码)
row-bank = 开户银行
row-reference = 付款附言
row-address = 收款人地址

code-epc = 用银行应用扫描,即可自动填写这笔欧元转账(EPC 二维码)。
code-swiss = 用瑞士的银行应用扫描,即可自动填写这笔转账(瑞士二维码)。

note-reference-only = 转账附言请只填写上述编号,并与所示内容完全一致。我们据此确认您支付的是哪张账单。
note-part-received = 应付 { $asked },已收到 { $received }。上面显示的是剩余金额。
note-same-day = 转账通常在当个工作日到账。
note-one-day = 转账通常需要 1 个工作日。
note-one-day-at-most = 转账通常在 1 个工作日内到账。
note-days = 转账通常需要 { $days } 个工作日。
note-days-at-most = 转账通常在 { $most } 个工作日内到账。
note-days-between = 转账通常需要 { $least } 至 { $most } 个工作日。
note-what-next = 款项到达我们的账户后,我们会入账:账单将标记为已付款;如果您是在充值,账户余额会随之增加。
nothing-left = 这笔付款已全额到账,无需再转账。

## 配置表单

group-accounts = 银行账户
group-accounts-help = 每种收款货币填写一个账户。客户只有使用这些货币时才会看到银行转账。

field-currency = 货币
field-holder = 户名
field-holder-help = 与银行登记的一致,最多 70 个字符。银行会核对户名与账户。
field-iban = IBAN
field-iban-help = 账户没有 IBAN 时请留空,改填国内转账信息。
field-bic = BIC(SWIFT 代码)
field-bic-help = 欧洲经济区以外的欧元账户,以及使用非所在国货币的账户必须填写。
field-bank = 银行名称
field-details = 国内转账信息
field-details-help = 每行一项,冒号前写名称,例如“支行: 总行营业部”。客户看到的内容与您填写的一致。最多 10 行。
field-codes = 二维码
field-codes-help = EPC 二维码适用于 SEPA 国家的欧元账户,瑞士二维码适用于瑞士和列支敦士登的账户。
choice-codes-automatic = 账户适用的所有二维码
choice-codes-epc = 仅 EPC 二维码
choice-codes-swiss = 仅瑞士二维码
choice-codes-none = 不显示二维码
field-street = 户主街道
field-street-help = 瑞士二维码需要户主的邮政编码、城市和国家。填写的地址也会显示给客户。
field-house-number = 门牌号
field-postcode = 邮政编码
field-town = 城市
field-country = 国家
field-country-help = 两个大写字母,例如 CH。

group-terms = 告知客户的内容
field-days-least = 转账最少需要的工作日
field-days-least-help = 从客户发起转账到您入账为止。0 表示当天。
field-days-most = 转账最多需要的工作日
field-note = 给客户的说明
field-note-help = 选填;显示在转账信息下方,并打印在账单上。

note-account-iban = { $currency }:{ $iban }。没有二维码。
note-account-epc = { $currency }:{ $iban }。客户可扫描 EPC 二维码。
note-account-swiss = { $currency }:{ $iban }。客户可扫描瑞士二维码。
note-account-domestic = { $currency }:国内转账信息,共 { $lines } 行。没有二维码。
note-account-both = { $currency }:{ $iban }。客户可扫描 EPC 二维码或瑞士二维码。

## 配置错误

error-accounts-none = 请至少添加一个银行账户。
error-accounts-many = 账户最多 { $max } 个。
error-currency-missing = 请选择账户的货币。
error-currency-unknown = 请从列表中选择货币。
error-currency-twice = 上面已有一个 { $currency } 账户。每种货币只保留一个账户。
error-holder-missing = 请填写户名。
error-holder-bytes = 此户名对 EPC 二维码来说太长。请缩短,或不显示 EPC 二维码。
error-one-line = 请写在一行内,不要使用制表符等控制字符。
error-too-long = 请缩短到 { $max } 个字符以内。
error-iban-or-details = 请填写 IBAN;账户没有 IBAN 时请填写国内转账信息。
error-iban-character = IBAN 只能包含字母和数字。请删除“{ $character }”。
error-iban-beginning = IBAN 以两个国家字母和两位数字开头,例如 DE89。
error-iban-country = { $country } 不是使用 IBAN 的国家。请检查前两个字母,或改填国内转账信息。
error-iban-length = { $country } 的 IBAN 有 { $expected } 个字符,而这里有 { $found } 个。请与银行资料核对。
error-iban-structure = 与 { $country } 的 IBAN 格式不符:应为数字的位置是字母,或应为字母的位置是数字。
error-iban-check-digits = 校验码不符:有字符填错或顺序颠倒。请与银行资料核对。
error-bic-character = BIC 只能包含字母和数字。请删除“{ $character }”。
error-bic-length = BIC 有 8 个或 11 个字符,而这里有 { $found } 个。
error-bic-country = BIC 的第五、六个字符是国家字母,例如 COBADEFF 中的 DE。
error-bic-missing = 请填写 BIC:向 { $country } 的账户转入 { $currency } 时需要它。
error-bic-elsewhere = 此 BIC 属于 { $bic-country } 的银行,而 IBAN 属于 { $iban-country }。请更正其中一个。
error-details-label = 第 { $line } 行没有名称。请写在冒号前,例如“支行: 总行营业部”。
error-details-value = 第 { $line } 行冒号后没有内容。
error-details-long = 第 { $line } 行太长:名称最多 { $label } 个字符,其后内容最多 { $value } 个字符。
error-details-many = 最多填写 { $max } 行。
error-codes-unknown = 请从列表中选择。
error-codes-epc = EPC 二维码适用于具有 SEPA 国家普通 IBAN 的欧元账户。请选择其他二维码或不显示。
error-codes-swiss = 瑞士二维码适用于具有瑞士或列支敦士登 IBAN 的法郎或欧元账户。请选择其他二维码或不显示。
error-swiss-missing = 瑞士二维码需要此项。请填写,或选择不显示瑞士二维码。
error-swiss-character = 瑞士二维码不能包含“{ $character }”。请使用拉丁字母,或选择不显示瑞士二维码。
error-address-long = 地址太长,无法在一行内显示。请缩短。
error-country = 请用两个大写字母填写国家,例如 CH。
error-days = 请填写 0 到 { $max } 的整数。
error-days-order = 少于最少天数。请填写相同或更大的数。
error-note-long = 请缩短说明:最多 { $max } 字节(约 330 个汉字)。
