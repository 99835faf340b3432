### What the host itself puts together: numbers, money, dates.

# Signs in numbers. In braces and quotes where a space or nothing is meant.
number-decimal = .
number-group = ,

# $unit is the currency's sign or code.
money-with-sign = { $unit }{ $number }
money-with-code = { $unit }{ "\u00A0" }{ $number }

# $month is one of the months below.
date-pattern = { $day } { $month } { $year }
datetime-pattern = { $date }, { $time } UTC

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

ago-now = just now
ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}
