### Mails to clients and staff.

mail-hello = Hello { $name },
mail-hello-nobody = Hello,
mail-portal = { $brand }, { $url }
mail-automatic = This mail was sent by a program. Answers to it may be read by nobody.
mail-support = Help: { $support }

mail-subject-test = Mail from { $brand } works
mail-test = This is the test that was asked for on the command line. Whoever forgets a password can be sent a link now.

mail-subject-reset = A new password for { $brand }
mail-reset-asked = Somebody, most likely you, asked for a new password at { $brand }.
mail-reset-open = Open this address to choose one:
mail-reset-link = Choose a new password
mail-reset-once = It can be used once, within { $minutes } minutes. A newer mail ends it.
mail-reset-not-you = If that was not you, do nothing: your password stays as it is.

mail-subject-password-changed = Your password for { $brand } was changed
mail-changed = Your password for { $brand } was changed on { $when }, and every device was logged out.
mail-changed-not-you = If that was not you, choose a new one at once, and make sure that nobody else reads your mail:
