summary = Tells the client where to pay in cash.
help = Pay at the counter, on working days
counter = The counter
address = Address
address-missing = Enter the address of the counter
bring = Bring { $amount } to { $address } and name { $reference }.
