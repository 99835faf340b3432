### Mails to clients and staff.

mail-hello = Hello { $name },
mail-hello-nobody = Hello,
mail-portal = { $brand }, { $url }
mail-automatic = This mail was sent by a program. Answers to it may be read by nobody.
mail-support = Help: { $support }

mail-subject-test = Mail from { $brand } works
mail-test = This is the test that was asked for on the command line. Whoever forgets a password can be sent a link now.
