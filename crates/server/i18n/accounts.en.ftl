## Sources of accounts

connectors-title = Sources of accounts
connectors-about = Where the accounts of each system are known from: a directory that is read, a list that is uploaded, or statements of their owners.
connectors-none = There are no sources yet.
connector-new = Add a source
connector-new-ldap = Read a directory (LDAP, Active Directory)
connector-new-list = Upload lists
connector-new-attestation = Owners state it
connector-about-ldap = This server reads the directory on a schedule. It only reads and never writes to the directory. Use an account of its own that may only read.
connector-about-list = For a system that exports its accounts as a spreadsheet. Each upload is the whole list and takes the place of the former one.
connector-about-attestation = For a system that nobody can ask. Everybody of the unit is taken to have an account there and states on the page “To do” when the password was changed.
connector-kind = Known by
connector-kind-ldap = reading a directory
connector-kind-list = uploaded lists
connector-kind-attestation = statements of owners
connector-name = Name
connector-name-hint = For example: Directory of the province.
connector-name-missing = Give this source a name.
connector-system = System
connector-system-hint = A host or a short name without blanks, such as mail.moj.gov.vn. It cannot be changed later, for it is part of the id of each account.
connector-system-wrong = The name of a system has no blanks and no @.
connector-system-taken = This system has another source already.
connector-unit = Unit
connector-unit-hint-ldap = Accounts whose owner is not known are counted here.
connector-unit-hint-list = Accounts whose owner is not known are counted here.
connector-unit-hint-attestation = Everybody of this unit and the units below it has an account there.
connector-unit-missing = Choose a unit.
connector-change = Change
connector-field-url = Address
connector-url-hint = ldaps://HOST[:PORT] or ldap://HOST[:PORT] (with StartTLS). Nothing is ever sent before the line is encrypted.
connector-certificates = Certificates of the authority of the server (PEM)
connector-certificates-hint = Leave empty when this machine trusts that authority already.
connector-field-bind-name = Name to read with
connector-bind-hint = For example cn=reader,dc=thads,dc=vn; with Active Directory: reader@thads.vn. Leave empty when the directory lets everybody read.
connector-password = Password to read with
connector-password-hint = It is sealed with a key that is not in the database, and never shown again.
connector-password-kept = A password is kept; leave this empty to keep it. After a change of address or name it is typed anew.
connector-password-anew = Type the password: the one that is kept is good for the old address and name only.
connector-field-base = Where the search begins
connector-base-hint = Leave empty to begin at the root of the directory.
connector-field-filter = Filter
connector-filter-hint = As in RFC 4515, such as (objectClass=person). Leave empty for the accounts of people.
connector-field-login = Attribute: login
connector-attributes-hint = Leave all four attributes empty for the usual ones, or fill in all four. Usually sAMAccountName or uid.
connector-field-owner-name = Attribute: name of the person
connector-attribute-usual-name = Usually displayName or cn.
connector-field-mail = Attribute: mailbox
connector-attribute-usual-mail = Usually mail.
connector-field-employee = Attribute: number of the official
connector-attribute-usual-employee = Usually employeeID or employeeNumber.
connector-administrators = Groups of administrators
connector-administrators-hint = Distinguished names of the groups whose members administrate, one a line.
connector-schedule = Schedule
connector-schedule-hint = The schedule begins once a result was taken over for the first time.
connector-every = { $hours ->
    [0] only when somebody asks
    [24] once a day
    [168] once a week
   *[other] every { $hours } hours
 }
connector-made = The source is made.
connector-nobody = (no name needed)
connector-accounts = Accounts
connector-accounts-open = See the accounts
connector-unjoined = Without an owner
connector-last = Last reading
connector-no-reading = nothing is read
connector-never-read = never read
connector-not-taken-over = not taken over yet
connector-read-at = read { $moment }
connector-failed-at = failed { $moment }
connector-taken-over-at = First taken over
connector-by-schedule = the schedule
connector-next-look = Next trial reading: { $moment }, asked by { $by }.
connector-next-take = Next reading: { $moment }, asked by { $by }.
connector-next-list = Next list: { $moment }, asked by { $by }.
connector-test = Test the connection
connector-look = Trial reading, nothing changes
connector-take = Read and take over now
connector-first-about = Test the connection, then make a trial reading and look at it. Nothing changes until you take its result over.
connector-read-about = The schedule is running. A trial reading shows what would change; or read and take over now.
connector-test-active-directory = It answers: an Active Directory, searched from { $base }.
connector-test-plain = It answers: an LDAP directory, searched from { $base }.
connector-test-failed = It failed: { $what } { $todo }
connector-asked = It is asked for. The reading begins within seconds; load the page again to see its result.
connector-upload = Upload a list
connector-upload-about = The whole list of the accounts of this system. You see what is new, changed, gone and without an owner before anything changes.
connector-made-on = Day on which the list was made
connector-made-on-hint = What the list says is as old as this day; when it is too old, findings become unknown.
connector-attestation-about = People of the unit see a field on their page “To do”. An account that is closed or does not exist is noted on the page of the account.
connector-runs = Readings
connector-runs-none = There are no readings yet.
connector-run-when = Begun
connector-run-ended = Ended
connector-run-kind = What
connector-run-by = Asked by
connector-run-look = trial reading
connector-run-take = reading
connector-run-list = uploaded list
connector-run-outcome = Outcome
connector-run-done = done
connector-run-failed = failed
connector-run-title = Reading of { $moment }
connector-count-read = Read
connector-count-new = New
connector-count-changed = Changed
connector-count-gone = Gone
connector-count-skipped = Skipped
connector-no-difference = Nothing differs from the last time.
connector-differences = What differs
connector-differences-cut = What differs ({ $shown } of { $count } accounts)
connector-differences-kept = Only { $most } differences of each reading are kept.
connector-difference-login = Login
connector-difference-sort = Sort
connector-difference-what = Difference
connector-sort-new = new
connector-sort-back = there again
connector-sort-changed = changed
connector-sort-gone = gone
connector-joined-mail = joined by mailbox
connector-joined-login = joined by login
connector-joined-hand = joined by hand
connector-joined-member = member of the unit
connector-not-joined = no owner
connector-joined-nobody = nobody has this mailbox
connector-joined-several = several people have this local part
connector-changed = { $what }: { $before } → { $after };
connector-changed-owner = owner
connector-changed-owner-name = name
connector-changed-mail = mailbox
connector-changed-enabled = open
connector-changed-administrator = administrator
connector-changed-password-changed-at = password changed
connector-not-known = not known
connector-yes = yes
connector-no = no
connector-take-over = Take this result over
connector-take-over-about = The directory is read again before it is taken over, so what changed there a moment ago is taken over too.
connector-secret-lost = the password that was kept cannot be opened: { $detail }
    Type the password again on the page that changes this source; after a move to another machine, copy the file sealing.key of the old data folder.
connector-settings-unreadable = the settings that were kept cannot be read: { $detail }
    Open the page that changes this source and type them anew.
connector-many-gone = { $detail } accounts are gone from the directory, unusually many, so nothing is taken over
    Check the filter and the rights of the account that reads; if it is right all the same, make a trial reading and take it over by hand.
connector-not-taken = the result cannot be written: { $detail }
    Check the unit of this source.

## Accounts

connector-accounts-about = Accounts are joined to people by what stands before the @ of the mailbox or of the login. An account without an owner is joined by hand.
connector-accounts-count = { $count } accounts
connector-accounts-none = There is no such account.
connector-search = Login, name, mailbox
connector-state-there = there
connector-state-unjoined = without an owner
connector-state-gone = gone
connector-owner = Owner
connector-owner-written = Name in the system
connector-open = Open
connector-password-changed = Password last changed
connector-read-last = Last read
connector-account-findings = See its findings
connector-owner-person = Name or mailbox of the owner
connector-owner-hint = What is said by hand stays through later readings.
connector-owner-not-found = There is not exactly one such person. Use the mailbox.
connector-join = Join to this person
connector-unjoin = Take back what was said by hand
connector-joined-said = The account is joined to its owner.
connector-unjoined-said = It is taken back. The next reading looks for the owner again.
connector-shared = Shared
connector-shared-hint = A directory does not know this; only somebody who does can say it.
connector-shared-unsaid = not looked into
connector-shared-yes = several people use it
connector-shared-no = one person uses it
connector-close = Note that it is closed or does not exist
connector-close-about = The account is closed or does not exist
connector-closed-said = It is noted. The account counts no longer.
attestations = Statements
attestations-about = What the owner stated
attestation-at = Stated
attestation-by = By
attestation-day = Day on which you last changed the password
attestation-about = This system does not tell when a password was changed. Please state it; your statement carries your name, has an end, and is shown as stated, not observed.
attestation-last = You stated: changed on { $day }.
attestation-send = State it
subject-evidence = Day of the password
subject-attested = stated by the owner, not observed
attestation-taken = Your statement is kept.

## Reminders before a password is due

reminder-subject = { $count ->
    [1] Khiên: { $days } days left for your password
   *[other] Khiên: { $count } of your passwords are due soon, the first in { $days } days
 }
reminder-opening = The passwords of these accounts must be changed soon:
reminder-line = { $account }: last day { $day }, { $days } days left
reminder-onward = Change them on a machine of the office. How, and what else there is to do: { $url }/my
reminder-closing = Khiên sends this letter by itself. Khiên never asks for your password.
reminder-closing-of = Khiên of { $organisation } sends this letter by itself. Khiên never asks for your password.
setting-password-reminders-on = Remind people by e-mail before a password is due (14, 7 and 1 days)
job-connectors = Read directories of accounts
job-accounts = Follow who comes and leaves, and statements
job-password-reminders = Remind people of passwords that are due

## Trying a password

try-title = Try a password
try-lead = Type a password to see whether it keeps the rules. It is judged in the browser: it is neither sent nor kept.
try-no-script = JavaScript is off in this browser, so nothing can be tried here. Use the command “khien password check” on your machine.
try-login = Login
try-login-hint = To see whether the password contains it; may be left empty.
try-second-factor = The account has a second factor
try-candidate = Password you think of
try-shown = Show the password
try-rules = Rules about passwords
try-rule = Rule
try-source = Source
try-state = Result
try-word-kept = kept
try-word-broken = broken
try-word-untold = not told
try-all-kept = This password keeps every rule that can be judged here.
try-some-broken = This password does not keep the rules.
try-rule-letters = At least { $number } letters
try-rule-classes = At least { $number } of 4 kinds: small letters, capitals, digits, others
try-rule-score = Hard to guess: at least { $number } of 4 by zxcvbn
try-rule-login = It does not contain the login
try-rule-common = It is none of the first guesses
try-rule-length = No longer than { $number } bytes
try-rule-ours = Khiên
try-how = How it is judged
try-how-local = The rules are those of the directive in force. Everything is judged in the browser; the page sends nothing after it was opened.
try-how-guess = How hard it is to guess is told by zxcvbn 4.4.2 with its English lists, and the passwords and words that are common in Vietnam; with and without marks, and the lower counts.
try-how-not = What cannot be told here: passwords used before, passwords that leaked elsewhere, and Vietnamese words outside the short list that comes with it.

## Lists of accounts

import-kind-accounts = accounts
import-sample-accounts = Example of a list of accounts (.xlsx)
import-accounts-login = Login
import-accounts-owner-name = Full name
import-accounts-mail = Email
import-accounts-created-on = Created on
import-accounts-password-changed-on = Password changed
import-accounts-last-login-on = Last login
import-accounts-enabled = Status
import-accounts-administrator = Administrator
import-accounts-shared = Shared
import-accounts-whole = This list takes the place of the system's former one: accounts that are not in it are taken to be gone.
import-accounts-carry-out = Put it in its place: { $count } accounts
import-row-not-a-login = “{ $value }” is no login.
import-row-not-a-login-todo = A login has no blanks.
import-row-not-a-day = “{ $value }” is no day.
import-row-not-a-day-todo = Write day/month/year, such as 31/07/2026; leave it empty when it is not known.
import-row-not-yes-or-no = “{ $value }” is not understood.
import-row-not-yes-or-no-todo = Write Yes or No; in the column of the status: Enabled or Disabled; leave it empty when it is not known.
