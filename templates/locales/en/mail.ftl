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

mail-subject-second-step-on = Two-step sign-in for { $brand } is on
mail-subject-second-step-off = Two-step sign-in for { $brand } is off
mail-subject-recovery-codes-new = New recovery codes for { $brand }
mail-subject-recovery-code-used = A recovery code for { $brand } was used
mail-subject-app-added = An authenticator app for { $brand } was added
mail-subject-app-removed = The authenticator app for { $brand } was removed
mail-subject-passkey-added = A passkey for { $brand } was added
mail-subject-passkey-removed = A passkey for { $brand } was removed
mail-change-second-step-on = Two-step sign-in for { $brand } was switched on, on { $when }. Every other device was logged out.
mail-change-second-step-off = Two-step sign-in for { $brand } was switched off, on { $when }. The password alone lets you in now.
mail-change-recovery-codes-new = New recovery codes for { $brand } were made, on { $when }. Those before them can no longer be used.
mail-change-recovery-code-used = Somebody logged in to { $brand } with one of your recovery codes, on { $when }. It cannot be used again.
mail-change-app-added = An authenticator app for { $brand } was added, on { $when }: a code of it lets you in after your password. Every other device was logged out.
mail-change-app-removed = The authenticator app for { $brand } was removed, on { $when }. A code of it no longer lets you in.
mail-change-passkey-added = A passkey for { $brand } was added, on { $when }: it lets you in after your password. Every other device was logged out.
mail-change-passkey-removed = A passkey for { $brand } was removed, on { $when }. It no longer lets you in.
mail-change-not-you = If that was not you, choose a new password at once, and make sure that nobody else reads your mail:
